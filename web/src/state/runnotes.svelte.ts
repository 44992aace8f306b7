/** The notes and tags of the runs, loaded where there are some and again when there are more. */

import { SourceError, type RunNotes } from "../api/source";
import type { LogState } from "./log.svelte";

const NO_TAGS: readonly string[] = [];

export class RunNotesState {
  readonly #log: LogState;
  #byRun = $state.raw<ReadonlyMap<string, RunNotes>>(new Map());
  /** What there is to load: changes when a run gets another note or sets its tags anew. */
  readonly #wanted = $derived.by(() => JSON.stringify(this.#log.tagsOf("run_notes").map((tag) => [tag.tag, tag.runs, tag.counts])));

  constructor(log: LogState) {
    this.#log = log;
  }

  /** Undefined where the run has neither notes nor tags. */
  of(run: string): RunNotes | undefined {
    return this.#byRun.get(run);
  }

  tagsOf(run: string): readonly string[] {
    return this.#byRun.get(run)?.tags ?? NO_TAGS;
  }

  /** Every tag that some run has, in alphabetical order. */
  readonly tags = $derived([...new Set([...this.#byRun.values()].flatMap((one) => one.tags))].sort((a, b) => a.localeCompare(b)));

  /** Loads them and what comes; call within an effect root. */
  keep(): void {
    $effect(() => {
      if (this.#wanted === "[]") {
        this.#byRun = new Map();
        return;
      }
      const aborted = new AbortController();
      void this.#load(aborted.signal);
      return () => aborted.abort();
    });
  }

  async #load(signal: AbortSignal): Promise<void> {
    try {
      const runs = await this.#log.source.runNotes(signal);
      if (!signal.aborted) this.#byRun = new Map(runs.map((one) => [one.run, one]));
    } catch (error) {
      // What was loaded stays; the lost connection is told in one place.
      if (!signal.aborted && !(error instanceof SourceError)) throw error;
    }
  }
}
