/** What a person did to one log, kept in this browser: each log directory has its own. */

import type { LogState } from "./log.svelte";

export interface Keepsake {
  /** Before the location of the log. */
  key: string;
  /** Takes what was kept for this log; null: nothing was. Called once for each log. */
  read: (text: string | null) => void;
  /** What is to be kept now, as JSON; null where there is nothing. */
  content: () => unknown;
}

/** Reads what was kept for this log, then keeps every change; call within an effect root. */
export function keepForLog(log: LogState, storage: Storage | null, { key, read, content }: Keepsake): void {
  let known = "";
  $effect(() => {
    const location = log.info?.location;
    if (location === undefined) return;
    if (known !== location) {
      known = location;
      read(storedText(storage, key + location));
    }
    const kept = content();
    try {
      if (kept === null) storage?.removeItem(key + location);
      else storage?.setItem(key + location, JSON.stringify(kept));
    } catch {
      // Storage full or forbidden: it holds until the page is closed.
    }
  });
}

/** What is stored under a key; null also where storage is forbidden. */
export function storedText(storage: Storage | null, key: string): string | null {
  try {
    return storage?.getItem(key) ?? null;
  } catch {
    return null;
  }
}
