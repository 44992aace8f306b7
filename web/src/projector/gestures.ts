/** What pointer, wheel and keys do on the cloud. */

import type { Corner } from "./screen";

export type Tool = "move" | "box" | "lasso";

export interface GestureTarget {
  /** In fractions of the picture's shorter side, to the right and up. */
  pan(right: number, up: number): void;
  turn(yaw: number, pitch: number): void;
  /** About a place in fractions of the shorter side from the middle. */
  zoom(factor: number, x: number, y: number): void;
  hover(place: Corner | null): void;
  click(place: Corner, add: boolean): void;
  /** The line drawn so far; null when it is given up. */
  outline(line: readonly Corner[] | null): void;
  select(tool: "box" | "lasso", line: readonly Corner[], add: boolean): void;
  reset(): void;
  clear(): void;
  readonly tool: Tool;
  readonly flat: boolean;
}

const CLICK_REACH = 4;
const TURN_PER_SIDE = 3.2;
const KEY_STEP = 0.06;

/** Returns the teardown. */
export function followGestures(element: HTMLElement, target: GestureTarget): () => void {
  let start: Corner | null = null;
  let last: Corner = [0, 0];
  let line: Corner[] = [];
  let moved = false;
  let drawing: "box" | "lasso" | null = null;
  const stop = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(name: K, act: (event: HTMLElementEventMap[K]) => void, options: AddEventListenerOptions = {}): void =>
    element.addEventListener(name, act, { ...options, signal: stop.signal });
  const place = (event: MouseEvent): Corner => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const side = (): number => Math.max(1, Math.min(element.clientWidth, element.clientHeight));

  on("pointerdown", (event) => {
    if (event.button > 2) return;
    element.setPointerCapture(event.pointerId);
    start = last = place(event);
    moved = false;
    drawing = event.button === 0 && target.tool !== "move" ? target.tool : null;
    line = [start];
  });
  on("pointermove", (event) => {
    const at = place(event);
    if (start === null) return target.hover(at);
    if (!moved && Math.hypot(at[0] - start[0], at[1] - start[1]) < CLICK_REACH) return;
    moved = true;
    target.hover(null);
    if (drawing) {
      line = drawing === "box" ? [start, at] : [...line, at];
      target.outline(line);
    } else {
      const [right, up] = [(at[0] - last[0]) / side(), (last[1] - at[1]) / side()];
      if (target.flat || event.shiftKey || event.buttons & 2) target.pan(right, up);
      else target.turn(-right * TURN_PER_SIDE, -up * TURN_PER_SIDE);
    }
    last = at;
  });
  const end = (event: PointerEvent, kept: boolean): void => {
    if (start === null) return;
    const add = event.shiftKey || event.ctrlKey || event.metaKey;
    if (kept && !moved && event.button === 0) target.click(place(event), add);
    else if (kept && moved && drawing) target.select(drawing, line, add);
    target.outline(null);
    start = null;
    drawing = null;
  };
  on("pointerup", (event) => end(event, true));
  on("pointercancel", (event) => end(event, false));
  on("pointerleave", () => start === null && target.hover(null));
  on("contextmenu", (event) => event.preventDefault());
  on("dblclick", () => target.reset());
  on(
    "wheel",
    (event) => {
      event.preventDefault();
      const [x, y] = place(event);
      target.zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016)), (x - element.clientWidth / 2) / side(), (element.clientHeight / 2 - y) / side());
    },
    { passive: false },
  );
  on("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrows: Readonly<Record<string, Corner>> = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const arrow = arrows[event.key];
    if (arrow) {
      if (target.flat || event.shiftKey) target.pan(arrow[0] * KEY_STEP, arrow[1] * KEY_STEP);
      else target.turn(-arrow[0] * KEY_STEP * 2, -arrow[1] * KEY_STEP * 2);
    } else if (event.key === "+" || event.key === "=") target.zoom(1.2, 0, 0);
    else if (event.key === "-") target.zoom(1 / 1.2, 0, 0);
    else if (event.key === "0") target.reset();
    else if (event.key === "Escape") target.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return () => stop.abort();
}
