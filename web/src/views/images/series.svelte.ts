/** One tag of one run in the Images view: its samples, which of them is shown, and the images of that one. */

import { SourceError, type SampleList } from "../../api/source";
import type { ImagesBoard } from "./board.svelte";
import { neighbours, reachFor, sampleAt } from "./stepping";
import type { StoredImage } from "./store";

/** Images of one sample drawn at first; the rest on request. */
const FIRST_ITEMS = 25;

export interface ShownSample {
  readonly index: number;
  readonly items: readonly StoredImage[];
  readonly itemCount: number;
}

const messageOf = (error: unknown) => (error instanceof SourceError ? error.message : String(error));

export class ImageSeries {
  readonly run: string;
  readonly tag: string;
  readonly #board: ImagesBoard;

  list = $state.raw<SampleList | null>(null);
  error = $state<string | null>(null);
  shown = $state.raw<ShownSample | null>(null);
  imageError = $state<string | null>(null);
  itemLimit = $state(FIRST_ITEMS);
  #chosen = $state<number | null>(null);

  readonly steps = $derived<readonly number[]>(this.list?.steps ?? []);
  readonly count = $derived(this.steps.length);
  /** The page's step where the view is linked to it, else this card's own. */
  readonly index = $derived.by(() => {
    const { linked, page } = this.#board;
    if (linked) return sampleAt(this.steps, page.cursor.step, this.#chosen);
    return this.#chosen === null ? this.count - 1 : Math.min(this.#chosen, this.count - 1);
  });
  readonly step = $derived<number | null>(this.steps[this.index] ?? null);
  readonly wallTime = $derived<number | null>(this.list?.wall_times[this.index] ?? null);
  /** The page's step lies before the first sample, which is shown in its place. */
  readonly early = $derived.by(() => {
    const at = this.#board.page.cursor.step;
    return this.#board.linked && at !== null && this.count > 0 && at < (this.steps[0] as number);
  });

  constructor(board: ImagesBoard, run: string, tag: string) {
    this.#board = board;
    this.run = run;
    this.tag = tag;
  }

  /** Fetches the list of samples; returns what gives it up. */
  loadList(): () => void {
    const stop = new AbortController();
    this.#board.page.source.samples({ run: this.run, tag: this.tag, kind: "image" }, stop.signal).then(
      (list) => {
        if (stop.signal.aborted) return;
        this.error = null;
        this.list = list;
      },
      (error: unknown) => {
        if (!stop.signal.aborted) this.error = messageOf(error);
      },
    );
    return () => stop.abort();
  }

  /** Fetches the images of the sample at `index` and then its neighbours; what is on screen stays until they are there. */
  loadShown(): () => void {
    const { list, index } = this;
    if (list === null || index < 0) return () => {};
    let stopped = false;
    const limit = this.itemLimit;
    void this.#loadSample(list, index, limit).then(
      (sample) => {
        if (stopped) return;
        this.imageError = null;
        this.shown = sample;
        for (const near of neighbours(index, list.steps.length, reachFor(list.bytes))) {
          // A neighbour that fails says so when it is looked at.
          this.#board.store.load(this.#refOf(list, near, 0)).catch(() => {});
        }
      },
      (error: unknown) => {
        if (!stopped) this.imageError = messageOf(error);
      },
    );
    return () => {
      stopped = true;
    };
  }

  moveTo(index: number): void {
    if (this.count === 0) return;
    const next = Math.min(this.count - 1, Math.max(0, index));
    this.#chosen = next;
    if (this.#board.linked) this.#board.page.cursor.set(this.steps[next] ?? null);
  }

  moveBy(count: number): void {
    this.moveTo(this.index + count);
  }

  urlOf(item: number): string {
    return this.list === null ? "" : this.#board.page.source.imageUrl(this.#refOf(this.list, this.index, item));
  }

  #refOf(list: SampleList, index: number, item: number): { run: string; tag: string; sample: number; item: number; key?: string } {
    const key = list.keys[index];
    return { run: this.run, tag: this.tag, sample: index, item, ...(key === undefined ? {} : { key }) };
  }

  async #loadSample(list: SampleList, index: number, limit: number): Promise<ShownSample> {
    const first = await this.#board.store.load(this.#refOf(list, index, 0));
    const others = Array.from({ length: Math.min(first.itemCount, limit) - 1 }, (_, at) => this.#board.store.load(this.#refOf(list, index, at + 1)));
    return { index, items: [first, ...(await Promise.all(others))], itemCount: first.itemCount };
  }
}
