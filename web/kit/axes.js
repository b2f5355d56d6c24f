// What hand-drawn charts share: a sharp canvas, the page's colours, round numbers, legible words.

import { figure } from "./ui.js";

/** The page's colours as they are now, light or dark. */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    ink: read("--ink"), soft: read("--ink-soft"), line: read("--line"), surface: read("--surface"),
    accent: read("--accent"), blue: read("--curve-1"), orange: read("--curve-2"), wrong: read("--wrong"),
    positive: read("--positive"), zero: read("--zero"), negative: read("--negative"), font: read("--font"),
  };
}

/** The round step that cuts a range into about `count`, which may be a share of an empty canvas: at least one.
 * @param {number} low @param {number} high @param {number} count */
export function stepFor(low, high, count) {
  const rough = Math.max((high - low) / Math.max(count, 1), 1e-300), power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * (1 - 1e-9)) ?? rough;
}

/** About `count` round numbers between two; none where there is no range. @param {number} low @param {number} high @param {number} count */
export function ticks(low, high, count) {
  if (!(high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high)))) return [];
  const step = stepFor(low, high, count), found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) found.push(Number((i * step).toPrecision(12)));
  return found;
}

/** @param {number} value */
export function short(value) {
  if (Math.abs(value) >= 1e7) return figure(value);
  return String(Number(value.toPrecision(6))).replace("-", "−");
}

/** A canvas that is as sharp as the screen and draws when asked, at most once a frame.
 * @param {HTMLCanvasElement} canvas @param {(context: CanvasRenderingContext2D, width: number, height: number) => boolean | void} draw
 * true asks for the next frame */
export function sharp(canvas, draw) {
  let planned = 0;
  const paint = () => {
    planned = 0;
    const width = canvas.clientWidth, height = canvas.clientHeight, ratio = devicePixelRatio || 1;
    const context = canvas.getContext("2d");
    if (!context || !width || !height) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    if (draw(context, width, height)) ask();
  };
  const ask = () => { planned ||= requestAnimationFrame(paint); };
  const size = new ResizeObserver(ask), dark = matchMedia("(prefers-color-scheme: dark)");
  size.observe(canvas);
  dark.addEventListener("change", ask);
  return {
    ask,
    close() {
      size.disconnect();
      dark.removeEventListener("change", ask);
      cancelAnimationFrame(planned);
    },
  };
}

/** @param {CanvasRenderingContext2D} c @param {number} ax @param {number} ay @param {number} bx @param {number} by */
export function line(c, ax, ay, bx, by) {
  c.beginPath();
  c.moveTo(ax, ay);
  c.lineTo(bx, by);
  c.stroke();
}

/** Text with a halo, so that lines under it do not cross it. @param {CanvasRenderingContext2D} c @param {string} text
 * @param {number} x @param {number} y @param {string} colour @param {string} halo @param {string} font */
export function label(c, text, x, y, colour, halo, font) {
  c.save();
  c.font = font;
  c.textBaseline = "middle";
  c.lineJoin = "round";
  c.lineWidth = 4;
  c.strokeStyle = halo;
  c.strokeText(text, x, y);
  c.fillStyle = colour;
  c.fillText(text, x, y);
  c.restore();
}
