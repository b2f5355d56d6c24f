/* What the parts of the page promise each other; checked by tsc, never shipped. */

/** A frame from the desk: `kind`, its own fields, and its arrays in order. */
export interface Frame {
  scene: string;
  kind: string;
  arrays: (Float32Array | Uint8Array | Int32Array)[];
  [field: string]: any;
}

/** The connection as one scene sees it. */
export interface SceneWire {
  /** Sends {"scene", "do": verb, ...fields} and forgets it: sliders, strokes. Errors become a toast. */
  send(verb: string, fields?: object): void;
  /** The same with an answer: resolves to its body, rejects with an Error of one sentence. */
  ask(verb: string, fields?: object): Promise<any>;
  /** Calls `fn` for every frame of that kind until the scene is closed. */
  on(kind: string, fn: (frame: Frame) => void): void;
}

/** What a scene gets from the shell. */
export interface Page {
  root: HTMLElement; // empty, the scene's own; its size is the main area's
  wire: SceneWire;
  params: URLSearchParams; // from the link that opened the scene
  /** Keeps the address in step with what is shown: every state is a link. */
  setLink(params: URLSearchParams): void;
  /** The command that does the same; shown by "copy as command". "" where there is none: then `why`. */
  setCommand(command: string, why?: string): void;
  /** One sentence for screen readers (a polite live region); also shown under the scene's title
   *  where the scene asks for it with `shown`. */
  say(sentence: string, shown?: boolean): void;
  toast(text: string): void;
  /** Goes to another scene with these parameters. */
  go(scene: string, params?: Record<string, string>): void;
  /** Marks the lesson of this scene: "doing" or "done". */
  mark(state: "doing" | "done"): void;
}

export interface KeyHelp {
  key: string; // as in KeyboardEvent.key, or "Shift+0"
  does: string; // "next mistake"
  run(): void;
}

/** What a scene gives back to the shell. */
export interface OpenScene {
  close(): void;
  keys?: KeyHelp[];
  /** Top bar: leave out what the scene has not got. All of them send the verbs of the same name to
   *  the scene's C side: "play", "pause", "step", "rewind", "new_start" and "speed" {"speed": name}. */
  transport?: boolean;
  /** The one primary action of the screen, for the tour and for tests. */
  primary?: HTMLElement;
}

export interface Scene {
  name: string; // as in C
  title: string;
  lesson: string; // one sentence under the title: what is to be learnt here
  icon?: string; // not used: the rail draws its icons itself (kit/icons.js), by one hand
  /** Opens in `page.root`, already doing something good; the shell has sent "show" before. */
  open(page: Page): OpenScene;
}

/** Frames of kind "clock", which every scene with `transport` tells; the top bar shows them. */
export interface Clock {
  playing: boolean;
  epoch: number;
  updates: number;
  seconds: number;
  seed: number;
  speed: "1/s" | "10/s" | "watch" | "real" | "max";
  phase?: string; // "loading", "done", "diverged", ...
  message?: string;
  can_play: boolean;
}
