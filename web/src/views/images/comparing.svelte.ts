/** How images are compared: side by side, by a wipe, as their difference, or by blinking. Kept in the link. */

import type { PageUrl } from "../../state/url.svelte";

export type Mode = "side" | "wipe" | "difference" | "blink";

export const MODES: readonly { value: Mode; label: string; title: string }[] = [
  { value: "side", label: "Side by side", title: "All images, at the same place and zoom (s)" },
  { value: "wipe", label: "Wipe", title: "A left of an edge, B right of it (w)" },
  { value: "difference", label: "Difference", title: "A minus B, pixel by pixel (d)" },
  { value: "blink", label: "Blink", title: "A and B in turn at one place (b)" },
];

export const BLINK_MS: readonly number[] = [250, 500, 1000];
export const MOST_GAIN = 64;

export class Comparing {
  readonly #url: PageUrl;

  /** Where the edge of the wipe is, in parts of the pane's width. */
  wipe = $state(0.5);
  /** B is in front. */
  flipped = $state(false);

  /** Nothing blinks by itself before somebody who wants less motion asks for it. */
  readonly #usualBlinkMs: number;

  constructor(url: PageUrl, lessMotion = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false) {
    this.#url = url;
    this.#usualBlinkMs = lessMotion ? 0 : 500;
  }

  get mode(): Mode {
    const mode = this.#url.param("compare");
    return MODES.some(({ value }) => value === mode) ? (mode as Mode) : "side";
  }

  set mode(mode: Mode) {
    this.#url.setParam("compare", mode === "side" ? "" : mode);
  }

  /** Runs compared as A and B, as far as the link names them. */
  get pair(): readonly [string, string] {
    try {
      const [a, b] = JSON.parse(this.#url.param("pair") || "[]") as unknown[];
      return [typeof a === "string" ? a : "", typeof b === "string" ? b : ""];
    } catch {
      return ["", ""];
    }
  }

  set pair(pair: readonly [string, string]) {
    this.#url.setParam("pair", pair[0] === "" && pair[1] === "" ? "" : JSON.stringify(pair));
  }

  /** Differences are enlarged by this. */
  get gain(): number {
    const gain = Number(this.#url.param("gain"));
    return gain >= 1 && gain <= MOST_GAIN ? gain : 1;
  }

  set gain(gain: number) {
    this.#url.setParam("gain", gain === 1 ? "" : String(gain));
  }

  get signed(): boolean {
    return this.#url.param("signed") === "true";
  }

  set signed(signed: boolean) {
    this.#url.setParam("signed", signed ? "true" : "");
  }

  /** 0: by hand alone. */
  get blinkMs(): number {
    const text = this.#url.param("blink");
    const ms = Number(text);
    return text === "0" || BLINK_MS.includes(ms) ? ms : this.#usualBlinkMs;
  }

  set blinkMs(ms: number) {
    this.#url.setParam("blink", ms === this.#usualBlinkMs ? "" : String(ms));
  }
}

/** Places of A and B among the runs that are there: those asked for, else the first two. */
export function pairOf(runs: readonly string[], [a, b]: readonly [string, string]): readonly [number, number] {
  const first = Math.max(0, runs.indexOf(a));
  const second = runs.indexOf(b);
  return [first, second >= 0 ? second : first === 0 ? Math.min(1, runs.length - 1) : 0];
}
