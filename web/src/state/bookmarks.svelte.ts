/** Looks at an embedding that a person kept under a name: in this browser, for each log directory. */

import { SvelteMap } from "svelte/reactivity";
import { membersOf, parseJson } from "../lib/json";
import { keepForLog } from "./kept.svelte";
import type { LogState } from "./log.svelte";

const KEY = "glassboard.bookmarks.1:";

/** What a view says of itself in the link, and the step of the page; null: the latest. */
export interface Bookmark {
  readonly link: string;
  readonly step: number | null;
}

/** What makes sense of a kept text; an older page or another program may have written it. */
export function parseBookmarks(text: string | null): ReadonlyMap<string, Bookmark> {
  const kept = parseJson(text);
  const found = new Map<string, Bookmark>();
  if (!Array.isArray(kept)) return found;
  for (const one of kept as unknown[]) {
    const { name, link, step } = membersOf(one);
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
    keepForLog(this.#log, this.#storage, {
      key: KEY,
      read: (text) => {
        for (const [name, bookmark] of parseBookmarks(text)) this.named.set(name, bookmark);
      },
      content: () => (this.named.size === 0 ? null : [...this.named].map(([name, bookmark]) => ({ name, ...bookmark }))),
    });
  }
}
