/** Looks at an embedding that a person kept under a name: in this browser, for each log directory. */

import { SvelteMap } from "svelte/reactivity";
import type { LogState } from "./log.svelte";

const KEY = "glassboard.bookmarks.1:";

/** What a view says of itself in the link, and the step of the page; null: the latest. */
export interface Bookmark {
  readonly link: string;
  readonly step: number | null;
}

/** What makes sense of a kept text; an older page or another program may have written it. */
export function parseBookmarks(text: string | null): ReadonlyMap<string, Bookmark> {
  let kept: unknown = null;
  try {
    kept = JSON.parse(text ?? "null");
  } catch {
    // Cut short: nothing was kept.
  }
  const found = new Map<string, Bookmark>();
  if (!Array.isArray(kept)) return found;
  for (const one of kept as unknown[]) {
    const { name, link, step } = (one !== null && typeof one === "object" ? one : {}) as Record<string, unknown>;
    if (typeof name === "string" && name !== "" && typeof link === "string") found.set(name, { link, step: Number.isSafeInteger(step) ? (step as number) : null });
  }
  return found;
}

export class KeptBookmarks {
  readonly #log: LogState;
  readonly #storage: Storage | null;

  /** In the order in which they were made. */
  readonly named = new SvelteMap<string, Bookmark>();

  constructor(log: LogState, storage: Storage | null) {
    this.#log = log;
    this.#storage = storage;
  }

  /** Under another name where there is another look of that name already; returns the name. */
  add(name: string, bookmark: Bookmark): string {
    const same = JSON.stringify(bookmark);
    let free = name;
    for (let count = 2; this.named.has(free) && JSON.stringify(this.named.get(free)) !== same; count += 1) free = `${name} (${count})`;
    this.named.set(free, bookmark);
    return free;
  }

  /** Reads what was kept for this log, then keeps every change; call within an effect root. */
  keep(): void {
    let read = "";
    $effect(() => {
      const location = this.#log.info?.location;
      if (location === undefined) return;
      if (read !== location) {
        read = location;
        for (const [name, bookmark] of parseBookmarks(this.#stored(location))) this.named.set(name, bookmark);
      }
      const kept = [...this.named].map(([name, bookmark]) => ({ name, ...bookmark }));
      try {
        if (kept.length === 0) this.#storage?.removeItem(KEY + location);
        else this.#storage?.setItem(KEY + location, JSON.stringify(kept));
      } catch {
        // Storage full or forbidden: bookmarks hold until the page is closed.
      }
    });
  }

  #stored(location: string): string | null {
    try {
      return this.#storage?.getItem(KEY + location) ?? null;
    } catch {
      return null; // forbidden: nothing was kept
    }
  }
}
