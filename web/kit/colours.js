// The colours that mean something, for canvases; style.css has the same as custom properties.

/** Negative, zero and positive on the one diverging scale. */
export const NEGATIVE = [0xf5, 0x93, 0x22], ZERO = [0xe8, 0xea, 0xeb], POSITIVE = [0x08, 0x77, 0xbd];

/** @param {number} t -1..1 @returns {[number, number, number]} */
export function diverging(t) {
  const end = t < 0 ? NEGATIVE : POSITIVE, share = Math.min(1, Math.abs(t));
  return /** @type {any} */ (ZERO.map((zero, i) => Math.round(zero + share * (end[i] - zero))));
}

/** @param {number[]} rgb */
export function css(rgb) {
  return `rgb(${rgb.join(" ")})`;
}

/** Classes are told apart by colour and by shape; class 0 is "safe" (blue), 1 "poisonous" (orange). */
export const CLASS_COLOURS = ["#0877bd", "#f59322", "#7a5ea8", "#2e8b6f", "#c2467e", "#8a6d3b", "#4a6fa5", "#a0522d", "#5f7f3a", "#6b6b6b"];
export const CLASS_SHAPES = ["●", "▲", "■", "◆"];
