/** The metric beside each run: a small curve and the last value, loaded for the runs that are looked at. */

import { SvelteMap } from "svelte/reactivity";
import { SourceError, type ScalarSeries } from "../api/source";
import type { LogState } from "./log.svelte";
import { lessIsBetter, pickMetric } from "./metric";
import type { Settings } from "./settings.svelte";

export interface RunMetric {
  /** Finite values, thinned out; the least and the greatest are among them. */
  values: Float64Array;
  /** Of `values`. */
  steps: Float64Array;
  /** Of the last point there is; may be NaN or infinite. */
  last: number;
  lastStep: number;
}

const POINTS = 40;
const BATCH = 500;
const WAIT_MS = 80;
const LIVE_WAIT_MS = 1000;

export class RunMetrics {
  readonly #log: LogState;
  readonly #settings: Settings;
  readonly #loaded = new SvelteMap<string, RunMetric | null>();
  readonly #revisions = new Map<string, number>();
  readonly #wantedBy = new SvelteMap<string, readonly string[]>();
  readonly #wanted = $derived(new Set([...this.#wantedBy.values()].flat()));
  #tag: string | null = null;
  #lastLoad = -Infinity;
  #loading = false;

  /** The tag asked for where some run has it, else the one that says most. */
  readonly tag = $derived.by<string | null>(() => {
    const scalars = this.#log.tagsOf("scalar");
    const chosen = this.#settings.metricTag;
    return scalars.some((tag) => tag.tag === chosen) ? chosen : pickMetric(scalars);
  });

  /** Whether the least value is the best: as the name tells, unless a person said otherwise. */
  readonly lessIsBetter = $derived.by(() => {
    const tag = this.tag ?? "";
    return lessIsBetter(tag) !== parseFlipped(this.#settings.flippedMetrics).includes(tag);
  });

  constructor(log: LogState, settings: Settings) {
    this.#log = log;
    this.#settings = settings;
  }

  /** Says that of the metric the other end is the best; said again, it is as its name tells. */
  flip(): void {
    const { tag } = this;
    if (tag === null) return;
    const flipped = parseFlipped(this.#settings.flippedMetrics);
    const next = flipped.includes(tag) ? flipped.filter((one) => one !== tag) : [...flipped, tag];
    this.#settings.flippedMetrics = next.length > 0 ? JSON.stringify(next) : "";
  }

  /** Undefined while it is not loaded, null where the run has no such scalar. */
  of(run: string): RunMetric | null | undefined {
    return this.#loaded.get(run);
  }

  /** Says which runs a part of the page shows; it replaces what the same part wanted before. */
  want(owner: string, runs: readonly string[]): void {
    this.#wantedBy.set(owner, runs);
  }

  /** Loads what is wanted and what changes of it; call within an effect root. */
  keep(): void {
    let again = $state(0);
    $effect(() => {
      void again;
      const tag = this.tag;
      if (tag !== this.#tag) {
        this.#tag = tag;
        this.#loaded.clear();
        this.#revisions.clear();
      }
      const stale = [...this.#wanted].filter((run) => this.#revisions.get(run) !== this.#log.revisionOf(run));
      if (tag === null || stale.length === 0 || this.#loading) return;
      const isNew = stale.some((run) => !this.#revisions.has(run));
      const wait = isNew ? WAIT_MS : Math.max(WAIT_MS, this.#lastLoad + LIVE_WAIT_MS - performance.now());
      const timer = setTimeout(() => void this.#load(tag, stale.slice(0, BATCH)).then(() => again++), wait);
      return () => clearTimeout(timer);
    });
  }

  async #load(tag: string, runs: readonly string[]): Promise<void> {
    this.#loading = true;
    this.#lastLoad = performance.now();
    const revisions = runs.map((run) => this.#log.revisionOf(run));
    try {
      const answer = await this.#log.source.scalars({ series: runs.map((run) => ({ run, tag })), max_points: POINTS, columns: ["step", "value"] });
      if (tag !== this.#tag) return;
      answer.series.forEach((series, index) => {
        this.#revisions.set(series.run, revisions[index]!);
        this.#loaded.set(series.run, summarize(series));
      });
    } catch (error) {
      // The column stays as it was; the lost connection is told in one place, and the next change tries again.
      if (!(error instanceof SourceError)) throw error;
      runs.forEach((run, index) => this.#revisions.set(run, revisions[index]!));
    } finally {
      this.#loading = false;
    }
  }
}

/** Tags in the setting `flippedMetrics`; none where somebody else wrote it. */
export function parseFlipped(text: string): readonly string[] {
  try {
    const tags: unknown = JSON.parse(text || "[]");
    return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
  } catch {
    return [];
  }
}

/** The best of the finite values and its step; null where there is none. */
export function bestOf({ values, steps }: Pick<RunMetric, "values" | "steps">, less: boolean): { readonly value: number; readonly step: number } | null {
  let best = -1;
  for (let at = 0; at < values.length; at++) {
    if (best < 0 || (less ? values[at]! < values[best]! : values[at]! > values[best]!)) best = at;
  }
  return best < 0 ? null : { value: values[best]!, step: steps[best]! };
}

/** Null where the series is not there or empty. */
export function summarize(series: ScalarSeries): RunMetric | null {
  const columns = series.columns;
  if (!columns) return null;
  const finite = columns.step.length - 1;
  const other = columns.nonfinite_step.length - 1;
  if (finite < 0 && other < 0) return null;
  const finiteStep = columns.step[finite] ?? -Infinity;
  const otherStep = columns.nonfinite_step[other] ?? -Infinity;
  const last = finiteStep >= otherStep ? columns.value[finite]! : [NaN, Infinity, -Infinity][columns.nonfinite_kind[other]!]!;
  // A copy: the columns are views that would keep the whole answer in memory.
  return { values: columns.value.slice(), steps: columns.step.slice(), last, lastStep: Math.max(finiteStep, otherStep) };
}
