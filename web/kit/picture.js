// Pictures made of pixels: grids of bytes or numbers, crisp at any size, and galleries of them.

import { NEGATIVE, POSITIVE, ZERO } from "./colours.js";
import { h } from "./ui.js";

/** 256 colours from negative over zero to positive; 128 is zero. @returns {Uint8ClampedArray} */
function palette() {
  const table = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i++) {
    const t = Math.max(-1, (i - 128) / 127), end = t < 0 ? NEGATIVE : POSITIVE;
    for (let c = 0; c < 3; c++) table[3 * i + c] = ZERO[c] + Math.abs(t) * (end[c] - ZERO[c]);
  }
  return table;
}
const DIVERGING = palette();

/** @typedef {object} PixelOptions
 * @property {number} [scale] floats: the value shown as white, or with `diverging` as the full colour;
 *   default the greatest absolute value
 * @property {boolean} [diverging] around zero (bytes: around 128), in the one scale of the page
 * @property {boolean} [invert] dark ink on light paper
 * @property {boolean} [smooth] not crisp
 * @property {number} [offset] where in `data` the picture begins
 * @property {string} [label] what a screen reader is told */

/** @param {ArrayLike<number>} data @param {number} from @param {number} count */
function greatest(data, from, count) {
  let most = 0;
  for (let i = from; i < from + count; i++) if (Math.abs(data[i]) > most) most = Math.abs(data[i]);
  return most || 1;
}

/** @type {HTMLCanvasElement | null} */
let scratch = null;

/** The picture as RGBA; `data` is [height, width, channels] with 1 or 3 channels.
 * @param {number} width @param {number} height @param {number} channels @param {ArrayLike<number>} data
 * @param {PixelOptions} [options] @returns {ImageData} */
export function image(width, height, channels, data, options = {}) {
  const { diverging = false, invert = false, offset = 0 } = options;
  const bytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray, count = width * height;
  const scale = options.scale ?? (bytes ? 255 : greatest(data, offset, count * channels));
  const out = new ImageData(width, height), rgba = out.data;
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) {
      const at = offset + channels * i + (channels === 3 ? c : 0), value = data[at];
      if (diverging && channels !== 3) {
        const index = bytes ? value : Math.round(128 + 127 * Math.min(1, Math.max(-1, value / scale)));
        rgba[4 * i + c] = DIVERGING[3 * index + c];
      } else {
        const shade = diverging && !bytes ? 127.5 + 127.5 * (value / scale) : bytes ? value : (255 * value) / scale;
        rgba[4 * i + c] = invert ? 255 - shade : shade;
      }
    }
    rgba[4 * i + 3] = 255;
  }
  return out;
}

/** Gives a canvas as many pixels as the screen has where it stands; returns how many to a CSS pixel.
 * @param {HTMLCanvasElement} canvas @param {number} [cssWidth] @param {number} [cssHeight] */
export function fit(canvas, cssWidth = canvas.clientWidth, cssHeight = canvas.clientHeight) {
  const ratio = Math.min(3, window.devicePixelRatio || 1);
  const width = Math.max(1, Math.round(cssWidth * ratio)), height = Math.max(1, Math.round(cssHeight * ratio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return ratio;
}

/** Draws a grid of pixels over the whole canvas, whose size on the page is CSS's. A canvas that has no
 * size yet gets one canvas pixel for each, which CSS then enlarges just as crisply.
 * @param {HTMLCanvasElement} canvas @param {number} width @param {number} height
 * @param {number} channels 1 or 3 @param {ArrayLike<number>} data bytes or floats, [height, width, channels]
 * @param {PixelOptions} [options] */
export function pixels(canvas, width, height, channels, data, options = {}) {
  const context = canvas.getContext("2d"), picture = image(width, height, channels, data, options);
  if (options.label !== undefined) {
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", options.label);
  }
  if (!context) return;
  if (!options.smooth) {
    canvas.classList.add("crisp");
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.putImageData(picture, 0, 0);
    return;
  }
  fit(canvas);
  scratch ??= document.createElement("canvas");
  scratch.width = width;
  scratch.height = height;
  scratch.getContext("2d")?.putImageData(picture, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(scratch, 0, 0, canvas.width, canvas.height);
}

/** @typedef {object} GalleryItem
 * @property {string} label for screen readers and as a tooltip: "7, taken for 1"
 * @property {string} [caption] shown under the picture
 * @property {"right" | "wrong" | ""} [kind] its edge
 * @property {(canvas: HTMLCanvasElement) => void} draw */

/** A grid of pictures that can be walked with the arrow keys (one stop for Tab); Enter or a click picks.
 * @param {{label: string, size?: number, pick?: (index: number) => void, focus?: (index: number) => void}} options
 *   size: of a picture in CSS pixels */
export function gallery({ label, size = 56, pick, focus }) {
  const element = h("div", { class: "gallery", role: "group", "aria-label": label, style: { "--size": `${size}px` } });
  /** @type {HTMLButtonElement[]} */
  let cells = [];
  let current = 0;

  function columns() {
    const top = cells[0]?.offsetTop;
    const next = cells.findIndex((cell) => cell.offsetTop !== top);
    return next < 1 ? cells.length : next;
  }
  function make(/** @type {number} */ i) {
    const canvas = h("canvas", { width: 1, height: 1, "aria-hidden": "true" });
    return h("button", {
      type: "button", tabindex: i === 0 ? 0 : -1,
      on: {
        click: () => { turn(i); pick?.(i); },
        focus: () => { turn(i); focus?.(i); },
        keydown: (/** @type {KeyboardEvent} */ event) => {
          const wide = columns();
          /** @type {Record<string, number>} */
          const to = { ArrowLeft: i - 1, ArrowRight: i + 1, ArrowUp: i - wide, ArrowDown: i + wide, Home: 0, End: shown - 1 };
          const next = to[event.key];
          if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          if (next >= 0 && next < shown) cells[next].focus();
        },
      },
    }, canvas, h("span", { class: "caption" }));
  }
  let shown = 0;
  function turn(/** @type {number} */ i) {
    if (cells[current]) cells[current].tabIndex = -1;
    current = i;
    cells[i].tabIndex = 0;
  }
  return {
    element,
    /** @param {GalleryItem[]} items */
    set(items) {
      for (let i = cells.length; i < items.length; i++) element.append((cells[i] = make(i)));
      for (let i = items.length; i < cells.length; i++) cells[i].remove();
      cells.length = Math.min(cells.length, items.length);
      shown = items.length;
      if (current >= shown) current = 0;
      items.forEach((item, i) => {
        const cell = cells[i];
        cell.setAttribute("aria-label", item.label);
        cell.title = item.label;
        cell.className = item.kind ?? "";
        cell.tabIndex = i === current ? 0 : -1;
        /** @type {HTMLElement} */ (cell.lastChild).textContent = item.caption ?? "";
        item.draw(/** @type {HTMLCanvasElement} */ (cell.firstChild));
      });
    },
    /** @param {number} i */
    focus(i) { cells[i]?.focus(); },
    /** Marks one as the one that is shown large. @param {number} index -1 = none */
    choose(index) {
      cells.forEach((cell, i) => (i === index ? cell.setAttribute("aria-current", "true") : cell.removeAttribute("aria-current")));
    },
  };
}
