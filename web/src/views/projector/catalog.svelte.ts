/** The embeddings that the server found, as series of steps. */

import type { DataSource, EmbeddingItem, EmbeddingList } from "../../api/source";
import { messageOf } from "../../lib/messageof";

/** The steps of one embedding of one run. */
export interface EmbeddingSeries {
  readonly run: string;
  readonly tag: string;
  readonly items: readonly EmbeddingItem[];
  readonly steps: readonly number[];
}

export class EmbeddingCatalog {
  readonly #source: DataSource;

  /** Null until it came. */
  list = $state.raw<EmbeddingList | null>(null);
  error = $state<string | null>(null);

  readonly series = $derived.by<readonly EmbeddingSeries[]>(() => {
    const found = new Map<string, EmbeddingItem[]>();
    for (const item of this.list?.embeddings ?? []) {
      const key = JSON.stringify([item.run, item.tag]);
      found.set(key, [...(found.get(key) ?? []), item]);
    }
    return [...found.values()].map((items) => ({ run: items[0]!.run, tag: items[0]!.tag, items, steps: items.map((item) => item.step ?? 0) }));
  });

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** Asks anew, and waits for the list. */
  async reload(): Promise<void> {
    this.list = await this.#source.embeddings();
  }

  /** Asks anew; returns what gives that up. The same list stays the same value, so that nothing is loaded again. */
  load(): () => void {
    const stop = new AbortController();
    this.#source.embeddings(stop.signal).then(
      (list) => {
        this.error = null;
        const same = JSON.stringify({ ...list, revision: 0 }) === JSON.stringify({ ...this.list, revision: 0 });
        if (!same) this.list = list;
      },
      (error: unknown) => {
        if (!stop.signal.aborted) this.error = messageOf(error);
      },
    );
    return () => stop.abort();
  }
}
