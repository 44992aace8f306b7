/** The texts of one tag of one run: fetched in pages as they are needed, or all of them to be searched. */

import { SvelteMap } from "svelte/reactivity";
import type { DataSource, SampleList, TextSample } from "../../api/source";
import { messageOf } from "../../lib/messageof";

/** Texts fetched at a time. */
export const PAGE = 20;
/** What the server gives at most; used when all are wanted. */
const LARGEST_PAGE = 200;

export class TextSeries {
  readonly run: string;
  readonly tag: string;
  readonly #source: Pick<DataSource, "samples" | "texts">;
  readonly #texts = new SvelteMap<number, TextSample>();
  #keys: readonly string[] = [];

  list = $state.raw<SampleList | null>(null);
  error = $state<string | null>(null);
  readonly count = $derived(this.list?.steps.length ?? 0);
  readonly steps = $derived<readonly number[]>(this.list?.steps ?? []);
  readonly loadedCount = $derived(this.#texts.size);

  constructor(source: Pick<DataSource, "samples" | "texts">, run: string, tag: string) {
    this.#source = source;
    this.run = run;
    this.tag = tag;
  }

  text(sample: number): TextSample | null {
    return this.#texts.get(sample) ?? null;
  }

  async loadList(signal: AbortSignal): Promise<void> {
    await this.#try(signal, async () => {
      const list = await this.#source.samples({ run: this.run, tag: this.tag, kind: "text" }, signal);
      // A sample that is another one now (the run was restarted) is fetched anew.
      for (const sample of [...this.#texts.keys()]) if (list.keys[sample] !== this.#keys[sample]) this.#texts.delete(sample);
      this.#keys = list.keys;
      this.list = list;
    });
  }

  /** Fetches the texts from `first` to `stop`, half open, that are not there. */
  async load(first: number, stop: number, signal: AbortSignal): Promise<void> {
    await this.#try(signal, async () => {
      let at = Math.max(0, first);
      const end = Math.min(stop, this.count);
      while (at < end && !signal.aborted) {
        if (this.#texts.has(at)) {
          at += 1;
          continue;
        }
        const { texts } = await this.#source.texts({ run: this.run, tag: this.tag, first: at, count: Math.min(LARGEST_PAGE, end - at) }, signal);
        if (signal.aborted || texts.length === 0) return;
        for (const text of texts) this.#texts.set(text.sample, text);
        at += texts.length;
      }
    });
  }

  /** Samples whose text matches, the newest first, among those that are there. */
  matching(matches: (text: string) => boolean): number[] {
    return [...this.#texts.values()].filter(({ strings }) => strings.some(matches)).map(({ sample }) => sample).sort((a, b) => b - a);
  }

  async #try(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      if (!signal.aborted) this.error = null;
    } catch (error) {
      if (!signal.aborted) this.error = messageOf(error);
    }
  }
}
