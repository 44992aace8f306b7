/** Whether the cards of a view show the page's step, and which of them hold one of their own; both are kept in the link. */

import type { PageUrl } from "./url.svelte";

export class StepLinks {
  readonly #url: PageUrl;
  readonly #name: string;

  /** `name` begins the parameters of the link: `image` makes `v.imagestep` and `v.imagehold`. */
  constructor(url: PageUrl, name: string) {
    this.#url = url;
    this.#name = name;
  }

  /** All cards show the page's step, but those that hold one. */
  get linked(): boolean {
    return this.#url.param(`${this.#name}step`) !== "own";
  }

  set linked(linked: boolean) {
    this.#url.setParam(`${this.#name}step`, linked ? "" : "own");
  }

  readonly #held = $derived.by<ReadonlyMap<string, number>>(() => parseHeld(this.#url.param(`${this.#name}hold`)));

  /** The step that a card holds, whatever the page's is; null where it follows. */
  held(run: string, tag: string): number | null {
    return this.#held.get(keyOf(run, tag)) ?? null;
  }

  hold(run: string, tag: string, step: number | null): void {
    const held = new Map(this.#held);
    if (step === null) held.delete(keyOf(run, tag));
    else held.set(keyOf(run, tag), step);
    const triples = [...held].map(([key, at]) => [...(JSON.parse(key) as [string, string]), at]);
    this.#url.setParam(`${this.#name}hold`, triples.length === 0 ? "" : JSON.stringify(triples));
  }
}

const keyOf = (run: string, tag: string): string => JSON.stringify([run, tag]);

/** `[[run, tag, step], …]`; what is none is left out, so that a link that was cut still opens. */
export function parseHeld(text: string): Map<string, number> {
  const held = new Map<string, number>();
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text || "null");
  } catch {
    // cut short
  }
  for (const entry of Array.isArray(parsed) ? parsed : []) {
    if (!Array.isArray(entry)) continue;
    const [run, tag, step] = entry as unknown[];
    if (typeof run === "string" && typeof tag === "string" && typeof step === "number" && Number.isFinite(step)) held.set(keyOf(run, tag), step);
  }
  return held;
}
