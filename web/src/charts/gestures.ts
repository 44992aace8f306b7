/** What a pointer, a wheel and keys do on a chart: plain geometry, then the listeners that apply it. */

import type { Range } from "../lib/range";
import type { Grip } from "./rangegrip";

export interface Point {
  readonly left: number;
  readonly top: number;
}

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** Which part of the plot a drag encloses; null on an axis that it leaves alone. In fractions of the plot, y upwards. */
export interface DragArea {
  readonly x: Range | null;
  readonly y: Range | null;
}

/** Movements shorter than this are clicks; drags flatter than this are along one axis. */
const SLACK_PIXELS = 5;
const FLAT_PIXELS = 24;

const fraction = (value: number, size: number) => Math.min(1, Math.max(0, value / size));

/**
 * Reads a drag: along x it selects a stretch of x, along y one of y, across both a rectangle; `both` asks for a rectangle in any case.
 * Null where the pointer hardly moved.
 */
export function dragArea(from: Point, to: Point, box: Box, { both = false } = {}): DragArea | null {
  const width = Math.abs(to.left - from.left);
  const height = Math.abs(to.top - from.top);
  if (Math.max(width, height) < SLACK_PIXELS) return null;
  const takesX = both ? width >= SLACK_PIXELS : width >= FLAT_PIXELS || width >= height;
  const takesY = both ? height >= SLACK_PIXELS : height >= FLAT_PIXELS || height > width;
  const x: Range = [fraction(Math.min(from.left, to.left), box.width), fraction(Math.max(from.left, to.left), box.width)];
  const y: Range = [1 - fraction(Math.max(from.top, to.top), box.height), 1 - fraction(Math.min(from.top, to.top), box.height)];
  return { x: takesX ? x : null, y: takesY ? y : null };
}

/** Scales a range by `factor` (below 1 zooms in) around the point that lies at `anchor`, 0 to 1. */
export function zoomed([min, max]: Range, factor: number, anchor: number): Range {
  const pivot = min + (max - min) * anchor;
  const low = pivot - (pivot - min) * factor;
  const high = pivot + (max - pivot) * factor;
  return tellsApart([low, high]) ? [low, high] : [min, max];
}

/** Whether a range is finite and wide enough that ticks and pixels can be told apart in float64. */
export function tellsApart([low, high]: Range): boolean {
  return Number.isFinite(high - low) && high - low > 1e-12 * Math.max(Math.abs(low), Math.abs(high));
}

export function panned([min, max]: Range, share: number): Range {
  const shift = (max - min) * share;
  return [min + shift, max + shift];
}

export interface GestureHandlers {
  /** The pointer is here; null when it left. */
  hover(at: Point | null): void;
  /** A click without a drag. */
  pick(at: Point): void;
  /** A drag in progress; null when it ended or was given up. */
  select(area: DragArea | null): void;
  zoom(area: DragArea): void;
  /** Shares of the plot's width and height since the last call. */
  pan(x: number, y: number): void;
  /** What of the marked range lies here; a drag that begins on it moves it. */
  grip(at: Point): Grip | null;
  /** The marked range is moved from one point to another. */
  slide(grip: Grip, from: Point, to: Point): void;
  /** Whether a drag marks a range instead of zooming. */
  marking(): boolean;
  /** A range is being marked, as fractions of the plot; `done` with the last one. */
  mark(x: Range, done: boolean): void;
  wheel(factor: number, at: Point, options: { y: boolean }): void;
  reset(): void;
}

type Drag = { readonly kind: "select" | "pan" | "mark" | Grip; readonly from: Point; last: Point };

/** Listens on the plot's area until the function it returns is called; `box` tells its size without a layout of the page. */
export function listen(area: HTMLElement, box: () => Box, handlers: GestureHandlers): () => void {
  let drag: Drag | null = null;
  /** Where the area lies while it is dragged on: asking makes the page lay out what the last event changed. */
  let corner: DOMRect | null = null;
  const at = (event: MouseEvent): Point => {
    const { left, top } = corner ?? area.getBoundingClientRect();
    return { left: event.clientX - left, top: event.clientY - top };
  };
  const end = () => {
    drag = null;
    corner = null;
    handlers.select(null);
  };
  const stop = new AbortController();
  const on = <Name extends keyof HTMLElementEventMap>(name: Name, handle: (event: HTMLElementEventMap[Name]) => void, options = {}) =>
    area.addEventListener(name, handle, { signal: stop.signal, ...options });

  const marked = (from: Point, to: Point) => dragArea(from, { left: to.left, top: from.top }, box())?.x ?? null;

  on("pointerdown", (event) => {
    if (event.button > 1 || (event.pointerType === "touch" && !event.isPrimary)) return;
    const from = at(event);
    const kind = event.altKey || event.button === 1 ? "pan" : (handlers.grip(from) ?? (handlers.marking() ? "mark" : "select"));
    drag = { kind, from, last: from };
    corner = area.getBoundingClientRect();
    if (drag.kind === "pan") event.preventDefault();
    area.setPointerCapture(event.pointerId);
  });
  on("pointermove", (event) => {
    const here = at(event);
    handlers.hover(here);
    const held = drag?.kind ?? handlers.grip(here) ?? "";
    area.style.cursor = held === "low" || held === "high" ? "ew-resize" : held === "body" ? "grab" : "";
    if (drag?.kind === "mark") {
      const x = marked(drag.from, here);
      if (x) handlers.mark(x, false);
    } else if (drag && drag.kind !== "select" && drag.kind !== "pan") {
      handlers.slide(drag.kind, drag.last, here);
      drag.last = here;
    }
    if (drag?.kind === "select") handlers.select(dragArea(drag.from, here, box(), { both: event.shiftKey }));
    if (drag?.kind === "pan") {
      handlers.pan((drag.last.left - here.left) / box().width, (here.top - drag.last.top) / box().height);
      drag.last = here;
    }
  });
  on("pointerup", (event) => {
    if (drag?.kind === "select") {
      const selected = dragArea(drag.from, at(event), box(), { both: event.shiftKey });
      if (selected) handlers.zoom(selected);
      else handlers.pick(at(event));
    } else if (drag?.kind === "mark") {
      const x = marked(drag.from, at(event));
      if (x) handlers.mark(x, true);
    }
    end();
  });
  on("pointercancel", end);
  on("pointerleave", () => handlers.hover(null));
  on("dblclick", () => handlers.reset());
  on("wheel", (event) => {
    if (!(event.ctrlKey || event.metaKey || event.altKey)) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1;
    const delta = (event.deltaY || event.deltaX) * lines;
    handlers.wheel(Math.exp(Math.max(-100, Math.min(100, delta)) / 300), at(event), { y: event.shiftKey });
  }, { passive: false });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && drag) end();
  }, { signal: stop.signal });
  return () => stop.abort();
}
