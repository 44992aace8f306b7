/** One tag of one run in the Images view: which of its samples is shown, and the images of that one. */

import type { SampleList } from "../../api/source";
import { messageOf } from "../../lib/messageof";
import { neighbours, reachFor } from "../../lib/stepping";
import { SampleSeries } from "../../state/samples.svelte";
import type { ImagesBoard } from "./board.svelte";
import type { StoredImage } from "./store";

/** Images of one sample drawn at first; the rest on request. */
const FIRST_ITEMS = 25;

export interface ShownSample {
  readonly index: number;
  readonly step: number;
  readonly items: readonly StoredImage[];
  readonly itemCount: number;
}

interface Wanted {
  readonly list: SampleList;
  readonly index: number;
  readonly limit: number;
}

export class ImageSeries extends SampleSeries {
  readonly #board: ImagesBoard;

  shown = $state.raw<ShownSample | null>(null);
  failure = $state<string | null>(null);
  itemLimit = $state(FIRST_ITEMS);

  #wanted: Wanted | null = null;
  /** Cards and the full screen that show the series. */
  #holders = 0;
  #busy = false;
  #loading = new AbortController();
  #prefetching = new AbortController();

  constructor(board: ImagesBoard, run: string, tag: string) {
    super(board.page, board.steps, { run, tag, kind: "image" });
    this.#board = board;
  }

  /**
   * Fetches the images of the sample at `index` and then its neighbours; what is on screen stays until they are there.
   * However fast one steps, one sample is fetched at a time, and the next is the one wanted by then. Returns what gives it up.
   */
  loadShown(): () => void {
    const { list, index, itemLimit: limit } = this;
    if (list === null || index < 0) return () => {};
    this.#holders += 1;
    this.#wanted = { list, index, limit };
    this.#prefetching.abort();
    void this.#work();
    return () => {
      this.#holders -= 1;
      // Who only steps on asks again at once; else the card, and the full screen over it, went out of sight.
      queueMicrotask(() => {
        if (this.#holders > 0) return;
        this.#wanted = null;
        this.#loading.abort();
        this.#prefetching.abort();
      });
    };
  }

  urlOf(item: number): string {
    return this.list === null ? "" : this.page.source.imageUrl(this.refOf(item));
  }

  /** Shows at least this many images of a sample. */
  reveal(item: number): void {
    if (item >= this.itemLimit) this.itemLimit = item + 1;
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#wanted !== null) {
      const wanted = this.#wanted;
      this.#loading = new AbortController();
      const { signal } = this.#loading;
      try {
        const sample = await this.#loadSample(wanted, signal);
        if (!signal.aborted) {
          this.failure = null;
          this.shown = sample;
        }
      } catch (error) {
        // Only what was asked for last may complain.
        if (!signal.aborted && this.#wanted === wanted) this.failure = messageOf(error);
      }
      if (this.#wanted !== wanted) continue;
      this.#wanted = null;
      this.#prefetch(wanted);
    }
    this.#busy = false;
  }

  #prefetch({ list, index }: Wanted): void {
    this.#prefetching = new AbortController();
    for (const near of neighbours(index, list.steps.length, reachFor(list.bytes), this.ahead)) {
      // A neighbour that fails says so when it is looked at.
      this.#board.store.load(this.refOf(0, near, list), this.#prefetching.signal).catch(() => {});
    }
  }

  async #loadSample({ list, index, limit }: Wanted, signal: AbortSignal): Promise<ShownSample> {
    const { store } = this.#board;
    const first = await store.load(this.refOf(0, index, list), signal);
    const others = Array.from({ length: Math.min(first.itemCount, limit) - 1 }, (_, at) => store.load(this.refOf(at + 1, index, list), signal));
    return { index, step: list.steps[index]!, items: [first, ...(await Promise.all(others))], itemCount: first.itemCount };
  }
}
