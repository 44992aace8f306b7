/** The samples of one tag of one run as a card steps through them. */

import { untrack } from "svelte";
import type { Kind, MediaRef, SampleList } from "../api/source";
import { messageOf } from "../lib/messageof";
import { sampleAt } from "../lib/stepping";
import type { PageState } from "./context";
import type { StepLinks } from "./steplinks.svelte";

/** What failed, for people. */
export abstract class SampleSeries {
  readonly run: string;
  readonly tag: string;
  readonly kind: Kind;
  protected readonly page: PageState;
  readonly #links: StepLinks;

  list = $state.raw<SampleList | null>(null);
  error = $state<string | null>(null);
  #chosen = $state<number | null>(null);
  /** The way the last move went: 1 or -1. */
  protected ahead = 1;

  readonly steps = $derived<readonly number[]>(this.list?.steps ?? []);
  readonly count = $derived(this.steps.length);
  readonly #held = $derived.by(() => this.#links.held(this.run, this.tag));
  /** The card shows a step of its own. */
  readonly held = $derived(this.#held !== null);
  /** The card follows the page's step. */
  readonly linked = $derived.by(() => this.#links.linked && this.#held === null);
  /** The sample at the page's step where the card follows it, else at its own. */
  readonly index = $derived.by(() => {
    if (this.#held !== null) return sampleAt(this.steps, this.#held, this.#chosen);
    if (this.#links.linked) return sampleAt(this.steps, this.page.cursor.step, this.#chosen);
    return this.#chosen === null ? this.count - 1 : Math.min(this.#chosen, this.count - 1);
  });
  readonly step = $derived<number | null>(this.steps[this.index] ?? null);
  readonly wallTime = $derived<number | null>(this.list?.wall_times[this.index] ?? null);
  /** The page's step lies before the first sample, which is shown in its place. */
  readonly early = $derived.by(() => {
    const at = this.page.cursor.step;
    return this.linked && at !== null && this.count > 0 && at < (this.steps[0] as number);
  });

  constructor(page: PageState, links: StepLinks, { run, tag, kind }: { run: string; tag: string; kind: Kind }) {
    this.page = page;
    this.#links = links;
    this.run = run;
    this.tag = tag;
    this.kind = kind;
  }

  /** Fetches the list of samples; returns what gives it up. */
  loadList(): () => void {
    const stop = new AbortController();
    this.page.source.samples({ run: this.run, tag: this.tag, kind: this.kind }, stop.signal).then(
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

  /** Fetches what the sample at `index` holds; what is shown stays until it is there. Returns what gives it up. */
  abstract loadShown(): () => void;

  /** Why the sample at `index` cannot be shown; null while it can. */
  abstract readonly failure: string | null;

  moveTo(index: number): void {
    if (this.count === 0) return;
    const next = Math.min(this.count - 1, Math.max(0, index));
    if (next !== this.index) this.ahead = next > this.index ? 1 : -1;
    this.#chosen = next;
    const step = this.steps[next] ?? null;
    if (this.#held !== null) this.#links.hold(this.run, this.tag, step);
    else if (this.#links.linked) this.page.cursor.set(step);
  }

  moveBy(count: number): void {
    this.moveTo(this.index + count);
  }

  /** Holds the step that is shown, or follows the page's again. */
  toggleHeld(): void {
    this.#links.hold(this.run, this.tag, this.#held === null ? this.step : null);
  }

  refOf(item: number, index = this.index, list = this.list): MediaRef {
    const key = list?.keys[index];
    return { run: this.run, tag: this.tag, sample: index, item, ...(key === undefined ? {} : { key }) };
  }
}

/** Makes what outlives the component that asks for it: what is derived within a component is dead with it. */
export function lasting<Made>(make: () => Made): Made {
  let made: Made;
  $effect.root(() => {
    made = untrack(make);
  });
  return made!;
}

/** Keeps a series loaded while `active` says so, and loads it again with every `attempt`; call while a component is being made. */
export function keepLoaded(page: PageState, series: () => SampleSeries, attempt: () => number, active: () => boolean = () => true): void {
  let again = $state(0);
  const revision = $derived(page.log.revisionOf(series().run));
  $effect(() => {
    void [revision, attempt(), again];
    if (active()) return series().loadList();
  });
  $effect(() => {
    void [attempt(), again];
    if (active()) return series().loadShown();
  });
  // What failed while the server was away is asked for again when it is back.
  $effect(() => {
    if (page.log.connection === "live") untrack(() => (series().error ?? series().failure) !== null && (again += 1));
  });
}

const MOVES: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };

/** Moves a series as its slider would; false where the key is none of these. */
export function stepByKey(event: KeyboardEvent, series: readonly Pick<SampleSeries, "moveBy" | "moveTo" | "count">[]): boolean {
  const move = MOVES[event.key];
  if (move === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  event.preventDefault();
  event.stopPropagation();
  for (const one of series) {
    if (Number.isFinite(move)) one.moveBy(move);
    else one.moveTo(move < 0 ? 0 : one.count - 1);
  }
  return true;
}
