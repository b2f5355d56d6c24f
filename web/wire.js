// The one socket of this tab: messages out, frames in, and coming back after a break.

/** @typedef {import("./types").Frame} Frame */

/** @type {Record<string, Float32ArrayConstructor | Uint8ArrayConstructor | Int32ArrayConstructor>} */
const ARRAYS = { f32: Float32Array, u8: Uint8Array, i32: Int32Array };

/** @param {ArrayBuffer} buffer @returns {Frame} */
export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  header.arrays = header.arrays.map((/** @type {[string, number]} */ [type, count]) => {
    const array = new ARRAYS[type](buffer, at, count);
    at += Math.ceil(array.byteLength / 8) * 8;
    return array;
  });
  return header;
}

/** @type {WebSocket | null} */
let socket = null;
let nextId = 1;
let delay = 100; // ms until the next try
/** @type {string | null} */
let front = null;
/** @type {Map<number, {resolve: (body: any) => void, reject: (error: Error) => void}>} */
const waiting = new Map();
/** @type {Map<string, Set<(frame: Frame) => void>>} */
const listeners = new Map();
/** What waits for the connection. @type {{text: string, id?: number}[]} */
let queue = [];

/** Called by the shell. */
export const events = {
  /** @param {boolean} _connected */
  connection(_connected) {},
  /** @param {string} _text */
  error(_text) {},
  /** The program was started anew: its new address has another key. Nothing is tried any more. */
  restarted() {},
};

// A desk is remembered by the tab, so that it finds its work again after a reload. A copy of a tab
// copies the memory too: whoever holds the lock of a name keeps it, the other takes a new one.
/** @type {string | null} */
let desk = null;

function newDesk() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** Resolves to whether this tab has the name now. @param {string} name @returns {Promise<boolean>} */
function claim(name) {
  if (!navigator.locks) return Promise.resolve(true); // not on loopback: the server will tell
  return new Promise((resolve) => {
    // The page that was here before lets go a little late. What is no reload may be a copy, whose first lets nothing go.
    const [{ type } = { type: "" }] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
    const signal = AbortSignal.timeout(type === "reload" ? 2000 : 500);
    const held = navigator.locks.request(`inkling-desk-${name}`, { signal }, () => {
      resolve(true);
      return new Promise(() => {}); // until the tab is gone
    });
    held.catch(() => resolve(false));
  });
}

async function deskName() {
  if (desk) return desk;
  desk = sessionStorage.getItem("inkling-desk");
  if (!desk || !(await claim(desk))) {
    desk = newDesk();
    sessionStorage.setItem("inkling-desk", desk);
    await claim(desk);
  }
  return desk;
}

// Another tab works at this desk: this one takes a new desk as soon as it is looked at.
function moveOut() {
  desk = null;
  sessionStorage.removeItem("inkling-desk");
  if (document.visibilityState === "visible") return void connect();
  document.addEventListener("visibilitychange", () => connect(), { once: true });
}

/** @param {Frame} frame */
function receive(frame) {
  if (frame.id !== undefined && waiting.has(frame.id)) {
    const { resolve, reject } = /** @type {any} */ (waiting.get(frame.id));
    waiting.delete(frame.id);
    if (frame.kind === "error") reject(new Error(frame.text));
    else resolve(frame.body);
    return;
  }
  if (frame.kind === "error") events.error(frame.text);
  for (const fn of listeners.get(`${frame.scene} ${frame.kind}`) ?? []) fn(frame);
}

// The studio is told, once a picture, how many frames were looked at: it sends no more than a slow page can take.
let looked = 0;
function acknowledge() {
  const text = String(Math.min(looked, 99));
  looked -= Number(text);
  socket?.send(text);
  if (looked > 0) acknowledge();
}
function looking() {
  if (looked++ > 0) return;
  if (document.hidden) setTimeout(acknowledge, 100); // where there are no pictures
  else requestAnimationFrame(acknowledge);
}

const REPLACED = 4001; // as in studio/channel.h

/** @param {CloseEvent} event */
async function closed({ code }) {
  socket = null;
  events.connection(false);
  for (const { reject } of waiting.values()) reject(new Error("the connection was lost; trying again"));
  waiting.clear();
  queue = queue.filter(({ id }) => id === undefined); // those were told that it failed
  if (code === REPLACED) return moveOut();
  const alive = await fetch("/alive").catch(() => null); // null: nobody is there, yet
  if (alive?.status === 403) return events.restarted();
  setTimeout(connect, delay);
  delay = Math.min(delay * 2, 5000);
}

/** Opens the socket and keeps it open. */
export async function connect() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const opened = new WebSocket(`${scheme}://${location.host}/socket?desk=${await deskName()}`, "inkling");
  opened.binaryType = "arraybuffer";
  opened.onopen = () => {
    socket = opened;
    delay = 100;
    events.connection(true);
    if (front) socket.send(JSON.stringify({ scene: front, do: "show" }));
    for (const { text } of queue) socket.send(text);
    queue = [];
  };
  opened.onmessage = ({ data }) => {
    receive(typeof data === "string" ? JSON.parse(data) : unpack(data));
    looking();
  };
  opened.onclose = closed;
}

/** @param {Record<string, any>} message */
function transmit(message) {
  const text = JSON.stringify(message);
  if (socket) socket.send(text);
  else if (queue.length < 1000) queue.push({ text, id: message.id });
}

/** Brings a scene to the front. @param {string} scene */
export function show(scene) {
  front = scene;
  if (socket) socket.send(JSON.stringify({ scene, do: "show" }));
}

/** @param {string} scene @param {string} verb @param {object} [fields] */
export function send(scene, verb, fields = {}) {
  transmit({ scene, do: verb, ...fields });
}

/** @param {string} scene @param {string} verb @param {object} [fields] @returns {Promise<any>} */
export function ask(scene, verb, fields = {}) {
  return new Promise((resolve, reject) => {
    const id = nextId++;
    waiting.set(id, { resolve, reject });
    transmit({ scene, do: verb, id, ...fields });
  });
}

/** @param {string} scene @param {string} kind @param {(frame: Frame) => void} fn @returns {() => void} */
export function on(scene, kind, fn) {
  const key = `${scene} ${kind}`;
  if (!listeners.has(key)) listeners.set(key, new Set());
  listeners.get(key)?.add(fn);
  return () => listeners.get(key)?.delete(fn);
}
