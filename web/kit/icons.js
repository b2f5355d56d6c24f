// The icons, drawn by one hand: 24x24, strokes of `currentColor`; style.css sets their width.

/** @type {Record<string, string>} */
const SHAPES = {
  // lessons
  fruit: '<path d="M12 8c-2-2.2-7-1.6-7 4 0 4.6 3 8.5 5 8.5 1 0 1.3-.5 2-.5s1 .5 2 .5c2 0 5-3.9 5-8.5 0-5.6-5-6.2-7-4Z"/><path d="M12 8c0-2.5 1.2-4.3 3.5-5"/>',
  microscope: '<path d="m9 4 4-1.5 3.5 9-4 1.5Z"/><path d="M15.5 8.5a6.5 6.5 0 0 1-1 12M5 20.5h14M7 16.5h7"/>',
  slope: '<path d="M3 5c2 10 5 13 8 13s4-4 6-4 3 2 4 4"/><circle cx="6.8" cy="9.8" r="2.2"/>',
  landscape: '<path d="m2.5 19 6-11 4 6.5 3-4.5 6 9Z"/><circle cx="17.5" cy="5.5" r="2"/>',
  train: '<path d="M4 4v16h16"/><path d="M7.5 7c1.5 6 4 8.5 12 9"/>',
  look: '<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z"/><circle cx="12" cy="12" r="2.8"/>',
  draw: '<path d="m4 20 1-4.5L16 4.5a2 2 0 0 1 2.8 0l.7.7a2 2 0 0 1 0 2.8L8.5 19Z"/><path d="m14 6.5 3.5 3.5"/>',
  transform: '<rect x="4" y="4" width="10" height="10" rx="1"/><path d="m13 10.5 6.5 2.7-4 9-9-4 .9-2"/>',
  // transport
  play: '<path class="solid" d="M8.5 5.5v13l10.5-6.5Z"/>',
  pause: '<path class="solid" d="M7.5 5.5h3v13h-3ZM13.5 5.5h3v13h-3Z"/>',
  step: '<path class="solid" d="M6.5 6v12l8.5-6Z"/><path d="M17.5 6v12"/>',
  rewind: '<path class="solid" d="M17.5 6v12L9 12Z"/><path d="M6.5 6v12"/>',
  dice: '<rect x="4" y="4" width="16" height="16" rx="3.5"/><circle class="solid" cx="8.8" cy="8.8" r="1"/><circle class="solid" cx="15.2" cy="15.2" r="1"/><circle class="solid" cx="12" cy="12" r="1"/>',
  command: '<rect x="3" y="5" width="18" height="14" rx="2.5"/><path d="m7 9.5 3 2.5-3 2.5M12.5 15h4"/>',
  link: '<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1"/><path d="M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1"/>',
  keys: '<path d="M9.3 9.3a2.8 2.8 0 1 1 4.2 2.4c-1 .6-1.5 1.2-1.5 2.3"/><circle class="solid" cx="12" cy="17.3" r=".6"/><circle cx="12" cy="12" r="9"/>',
  // the rest
  up: '<path d="m6 14.5 6-6 6 6"/>',
  left: '<path d="m14.5 6-6 6 6 6"/>',
  right: '<path d="m9.5 6 6 6-6 6"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  undo: '<path d="M8 5 4 9l4 4"/><path d="M4 9h9.5a5.5 5.5 0 0 1 0 11H9"/>',
  add: '<path d="M12 5v14M5 12h14"/>',
  remove: '<path d="M5 12h14"/>',
  bin: '<path d="M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13"/>',
  save: '<path d="M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 20h14"/>',
  load: '<path d="M12 16V5M7.5 9.5 12 5l4.5 4.5M5 20h14"/>',
  again: '<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4"/><path d="M19.5 3.5v4.5H15"/>',
  info: '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5"/><circle class="solid" cx="12" cy="7.7" r=".6"/>',
  warning: '<path d="M12 4 2.8 20h18.4Z"/><path d="M12 10v5"/><circle class="solid" cx="12" cy="17.5" r=".5"/>',
};

/** An icon; hidden from screen readers, since a word always stands beside it or in its label.
 * @param {string} name one of the above, or the inside of an SVG of 24x24 @returns {SVGSVGElement} */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = name.includes("<") ? name : SHAPES[name] ?? "";
  return svg;
}
