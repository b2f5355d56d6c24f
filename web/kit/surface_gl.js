// What WebGL2 draws of a landscape: a lit block with contour lines, the trail, the ball.

import { palette } from "./axes.js";

/** The block: its sides, the height of its highest ground, its foot. */
export const SIDE = 2, TALL = 0.95, BASE = -0.16;

const SURFACE_VERTEX = `#version 300 es
in vec3 place; in vec3 slope; in float wall;
uniform mat4 eye;
out vec3 at; out vec3 normal; out float side;
void main() { at = place; normal = slope; side = wall; gl_Position = eye * vec4(place, 1.0); }`;

const SURFACE_FRAGMENT = `#version 300 es
precision highp float;
in vec3 at; in vec3 normal; in float side;
uniform vec3 low, middle, high, paper, toEye, ball;
uniform float lines, dark, tall;
out vec4 colour;
vec3 ramp(float t) {
  t = clamp(t, 0.0, 1.0);
  return t < 0.45 ? mix(low, middle, smoothstep(0.0, 0.45, t)) : mix(middle, high, smoothstep(0.45, 1.0, t));
}
void main() {
  float t = at.y / tall;
  vec3 n = normalize(normal), c = ramp(t);
  if (side > 0.5) {
    float shade = 0.66 + 0.2 * abs(n.x);
    c = mix(c, paper, 0.35) * shade * mix(0.75, 1.0, smoothstep(-0.2, 0.5, t));
    colour = vec4(c, 1.0);
    return;
  }
  vec3 sun = normalize(vec3(-0.45, 0.8, 0.35)), look = normalize(toEye - at);
  float light = max(dot(n, sun), 0.0), sky = 0.5 + 0.5 * n.y;
  float shine = pow(max(dot(n, normalize(sun + look)), 0.0), 40.0);
  c *= 0.42 + 0.22 * sky + 0.5 * light;
  c += 0.10 * shine;
  float level = t * lines, wide = fwidth(level);
  float distance = abs(fract(level - 0.5) - 0.5) / max(wide, 1e-4);
  float strength = (1.0 - smoothstep(0.5, 1.4, distance)) * step(0.5, level); // none about the lowest point
  float fifth = abs(mod(floor(level + 0.5), 5.0)) < 0.5 ? 0.45 : 0.2;
  c = mix(c, dark > 0.5 ? vec3(0.0) : vec3(0.08, 0.13, 0.16), strength * fifth * (1.0 - smoothstep(0.35, 0.9, wide)));
  float shadow = length(at.xz - ball.xz);
  c *= 1.0 - 0.5 * (1.0 - smoothstep(0.02, 0.085, shadow)) * step(ball.y, 50.0);
  colour = vec4(c, 1.0);
}`;

const LINE_VERTEX = `#version 300 es
in vec3 from, to; in vec2 corner; in float age;
uniform mat4 eye; uniform vec2 size; uniform float wide;
out float fresh;
void main() {
  vec4 a = eye * vec4(from, 1.0), b = eye * vec4(to, 1.0);
  vec2 pa = a.xy / a.w * size, pb = b.xy / b.w * size, way = pb - pa;
  way = length(way) > 1e-4 ? normalize(way) : vec2(1.0, 0.0);
  vec4 p = corner.x < 0.5 ? a : b;
  vec2 off = (corner.y * vec2(-way.y, way.x) + (corner.x - 0.5) * way) * wide;
  fresh = age;
  gl_Position = vec4(p.xy + off / size * p.w, p.z - 0.0022 * p.w, p.w);
}`;
const LINE_FRAGMENT = `#version 300 es
precision highp float;
in float fresh; uniform vec3 ink; out vec4 colour;
void main() { colour = vec4(ink, 1.0) * (0.999 + 0.001 * fresh); }`;

const BALL_VERTEX = `#version 300 es
in vec2 corner; uniform mat4 eye; uniform vec3 middle; uniform vec2 size; uniform float radius;
out vec2 at;
void main() {
  vec4 p = eye * vec4(middle, 1.0);
  at = corner;
  gl_Position = vec4(p.xy + corner * radius / size * p.w, p.z - 0.03, p.w);
}`;
const BALL_FRAGMENT = `#version 300 es
precision highp float;
in vec2 at; uniform vec3 ink; out vec4 colour;
void main() {
  float r = length(at), edge = fwidth(r);
  float alpha = 1.0 - smoothstep(1.0 - edge, 1.0, r);
  if (alpha <= 0.0) discard;
  vec3 n = vec3(at, sqrt(max(0.0, 1.0 - r * r)));
  float light = max(dot(n, normalize(vec3(-0.4, 0.7, 0.6))), 0.0);
  vec3 c = ink * (0.68 + 0.45 * light) + 0.6 * pow(light, 30.0);
  c = mix(c, vec3(0.1, 0.07, 0.03), 0.8 * smoothstep(0.84, 0.94, r));
  colour = vec4(c * alpha, alpha);
}`;

/** @param {WebGL2RenderingContext} gl @param {string} vertex @param {string} fragment @param {string[]} inputs */
function program(gl, vertex, fragment, inputs) {
  const made = gl.createProgram();
  for (const [kind, source] of /** @type {[number, string][]} */ ([[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]])) {
    const shader = gl.createShader(kind);
    if (!shader) throw new Error("WebGL2 gave no shader");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) throw new Error(gl.getShaderInfoLog(shader) ?? "shader");
    gl.attachShader(made, shader);
  }
  inputs.forEach((name, i) => gl.bindAttribLocation(made, i, name));
  gl.linkProgram(made);
  /** @type {Map<string, WebGLUniformLocation | null>} */
  const places = new Map();
  return { made, at: (/** @type {string} */ name) => {
    if (!places.has(name)) places.set(name, gl.getUniformLocation(made, name));
    return places.get(name) ?? null;
  } };
}

/** "#0877bd" or "rgb(...)" as three shares. @param {string} text */
function shares(text) {
  const hex = /^#([0-9a-f]{6})$/i.exec(text.trim());
  if (!hex) return [0.5, 0.5, 0.5];
  const value = parseInt(hex[1], 16);
  return [value >> 16, value >> 8 & 255, value & 255].map((c) => c / 255);
}

/** The block's vertices: the top, then four walls. Heights are already those of the block.
 * @param {number} n @param {Float32Array} y */
function blockMesh(n, y) {
  const count = n * n + 8 * n, place = new Float32Array(3 * count), slope = new Float32Array(3 * count), wall = new Float32Array(count);
  const x = (/** @type {number} */ i) => SIDE * (i / (n - 1) - 0.5), step = SIDE / (n - 1);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      const k = j * n + i, l = Math.max(0, i - 1), r = Math.min(n - 1, i + 1), d = Math.max(0, j - 1), u = Math.min(n - 1, j + 1);
      place.set([x(i), y[k], -x(j)], 3 * k);
      slope.set([-(y[j * n + r] - y[j * n + l]) / ((r - l) * step), 1, (y[u * n + i] - y[d * n + i]) / ((u - d) * step)], 3 * k);
    }
  }
  const sides = [
    { at: (/** @type {number} */ k) => k, out: [0, 0, 1] },
    { at: (/** @type {number} */ k) => (n - 1) * n + k, out: [0, 0, -1] },
    { at: (/** @type {number} */ k) => k * n, out: [-1, 0, 0] },
    { at: (/** @type {number} */ k) => k * n + n - 1, out: [1, 0, 0] },
  ];
  let next = n * n;
  for (const { at, out } of sides) {
    for (let k = 0; k < n; k++) {
      const from = 3 * at(k);
      for (const height of [place[from + 1], BASE]) {
        place.set([place[from], height, place[from + 2]], 3 * next);
        slope.set(out, 3 * next);
        wall[next++] = 1;
      }
    }
  }
  return { place, slope, wall };
}

/** @param {number} n */
function blockIndices(n) {
  const list = new Uint32Array(6 * (n - 1) * (n - 1) + 24 * (n - 1));
  let at = 0;
  for (let j = 0; j < n - 1; j++) {
    for (let i = 0; i < n - 1; i++) {
      const k = j * n + i;
      list.set([k, k + 1, k + n, k + 1, k + n + 1, k + n], at);
      at += 6;
    }
  }
  for (let s = 0; s < 4; s++) {
    for (let k = 0; k < n - 1; k++) {
      const v = n * n + s * 2 * n + 2 * k;
      list.set([v, v + 1, v + 2, v + 1, v + 3, v + 2], at);
      at += 6;
    }
  }
  return list;
}

/** All that WebGL draws. @param {WebGL2RenderingContext} gl */
export function renderer(gl) {
  const ground = program(gl, SURFACE_VERTEX, SURFACE_FRAGMENT, ["place", "slope", "wall"]);
  const lines = program(gl, LINE_VERTEX, LINE_FRAGMENT, ["from", "to", "corner", "age"]);
  const ball = program(gl, BALL_VERTEX, BALL_FRAGMENT, ["corner"]);
  const buffers = Array.from({ length: 6 }, () => gl.createBuffer()), index = gl.createBuffer();
  let indexed = 0;
  const feed = (/** @type {number} */ slot, /** @type {number} */ buffer, /** @type {number} */ size, /** @type {Float32Array} */ data, stride = 0, offset = 0, divisor = 0) => {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers[buffer]);
    if (data.length > 0) gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(slot);
    gl.vertexAttribPointer(slot, size, gl.FLOAT, false, stride, offset);
    gl.vertexAttribDivisor(slot, divisor);
  };
  const none = new Float32Array(0), quad = new Float32Array([0, -1, 1, -1, 0, 1, 1, 1]), square = new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]);

  /** @param {number} n @param {Float32Array} y @param {Float32Array} m @param {number[]} at
   * @param {{size: [number, number], ratio: number, ball: {x: number, y: number, z: number} | null,
   *   trail: {x: number, y: number, z: number}[], lines: number, base: number, tall: number}} scene */
  return function draw(n, y, m, at, scene) {
    const colours = palette(), dark = matchMedia("(prefers-color-scheme: dark)").matches;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.disable(gl.BLEND);
    const mesh = blockMesh(n, y);
    gl.useProgram(ground.made);
    feed(0, 0, 3, mesh.place);
    feed(1, 1, 3, mesh.slope);
    feed(2, 2, 1, mesh.wall);
    gl.disableVertexAttribArray(3);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, index);
    if (indexed !== n) gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, blockIndices(n), gl.STATIC_DRAW);
    indexed = n;
    gl.uniformMatrix4fv(ground.at("eye"), false, m);
    gl.uniform3fv(ground.at("low"), shares(colours.positive));
    gl.uniform3fv(ground.at("middle"), shares(colours.zero));
    gl.uniform3fv(ground.at("high"), shares(colours.negative));
    gl.uniform3fv(ground.at("paper"), shares(colours.surface));
    gl.uniform3fv(ground.at("toEye"), at);
    gl.uniform3fv(ground.at("ball"), scene.ball ? [scene.ball.x, scene.ball.y, scene.ball.z] : [0, 99, 0]);
    gl.uniform1f(ground.at("lines"), scene.lines);
    gl.uniform1f(ground.at("tall"), scene.tall);
    gl.uniform1f(ground.at("dark"), dark ? 1 : 0);
    gl.drawElements(gl.TRIANGLES, 6 * (n - 1) * (n - 1) + 24 * (n - 1), gl.UNSIGNED_INT, 0);

    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const points = scene.trail, count = points.length - 1, half = [scene.size[0] / 2, scene.size[1] / 2];
    if (count > 0) {
      gl.depthMask(false);
      const data = new Float32Array(7 * count);
      for (let k = 0; k < count; k++) {
        const a = points[k], b = points[k + 1];
        data.set([a.x, a.y + 0.012, a.z, b.x, b.y + 0.012, b.z, (k + 1) / count], 7 * k);
      }
      gl.useProgram(lines.made);
      feed(0, 3, 3, data, 28, 0, 1);
      feed(1, 3, 3, none, 28, 12, 1);
      feed(2, 4, 2, quad);
      feed(3, 3, 1, none, 28, 24, 1);
      gl.uniformMatrix4fv(lines.at("eye"), false, m);
      gl.uniform2fv(lines.at("size"), half);
      for (const [wide, ink] of /** @type {[number, number[]][]} */ ([[2.1, [1, 1, 1]], [1.15, [0.07, 0.1, 0.12]]])) {
        gl.uniform1f(lines.at("wide"), wide);
        gl.uniform3fv(lines.at("ink"), ink);
        gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
      }
      gl.depthMask(true);
      for (const slot of [0, 1, 3]) gl.vertexAttribDivisor(slot, 0);
      gl.disableVertexAttribArray(3);
    }
    if (scene.ball) {
      gl.useProgram(ball.made);
      feed(0, 5, 2, square);
      gl.disableVertexAttribArray(1);
      gl.disableVertexAttribArray(2);
      gl.uniformMatrix4fv(ball.at("eye"), false, m);
      gl.uniform3fv(ball.at("middle"), [scene.ball.x, scene.ball.y + 0.03, scene.ball.z]);
      gl.uniform2fv(ball.at("size"), half);
      gl.uniform1f(ball.at("radius"), scene.size[0] < 480 ? 7.5 : 10);
      gl.uniform3fv(ball.at("ink"), [1, 0.75, 0.25]);
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    }
  };
}

