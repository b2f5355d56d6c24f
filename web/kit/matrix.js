// The few 4x4 matrices that a view in three dimensions needs; column-major, as WebGL wants them.

/** @param {Float32Array} a @param {Float32Array} b */
export function multiply(a, b) {
  const out = new Float32Array(16);
  for (let c = 0; c < 4; c++)
    for (let r = 0; r < 4; r++)
      for (let k = 0; k < 4; k++) out[4 * c + r] += a[4 * k + r] * b[4 * c + k];
  return out;
}

/** @param {number} angle upright, radians @param {number} aspect @param {number} near @param {number} far */
export function perspective(angle, aspect, near, far) {
  const f = 1 / Math.tan(angle / 2), out = new Float32Array(16);
  out[0] = f / aspect;
  out[5] = f;
  out[10] = (far + near) / (near - far);
  out[11] = -1;
  out[14] = 2 * far * near / (near - far);
  return out;
}

/** From `at` towards `to`, y upright. @param {number[]} at @param {number[]} to */
export function eye(at, to) {
  const unit = (/** @type {number[]} */ v) => {
    const long = Math.hypot(...v) || 1;
    return v.map((x) => x / long);
  };
  const cross = (/** @type {number[]} */ a, /** @type {number[]} */ b) =>
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const dot = (/** @type {number[]} */ a, /** @type {number[]} */ b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const back = unit([at[0] - to[0], at[1] - to[1], at[2] - to[2]]), right = unit(cross([0, 1, 0], back)), up = cross(back, right);
  return new Float32Array([
    right[0], up[0], back[0], 0, right[1], up[1], back[1], 0, right[2], up[2], back[2], 0, -dot(right, at), -dot(up, at), -dot(back, at), 1,
  ]);
}

/** Where a point is on the screen, and how far away. @param {Float32Array} m @param {number} x @param {number} y
 * @param {number} z @param {number} width @param {number} height */
export function through(m, x, y, z, width, height) {
  const px = m[0] * x + m[4] * y + m[8] * z + m[12], py = m[1] * x + m[5] * y + m[9] * z + m[13];
  const w = m[3] * x + m[7] * y + m[11] * z + m[15];
  return { x: (px / w + 1) / 2 * width, y: (1 - py / w) / 2 * height, depth: w };
}
