/** What the runs reached: columns of metrics, loaded together and again as the log grows. */

import type { DataSource, MetricColumn, MetricQuestion } from "../../api/source";
import { readNumber } from "../../lib/hparam";
import { messageOf } from "../../lib/messageof";
import type { Cell } from "./conditions";

export interface LoadedMetric {
  readonly values: readonly Cell[];
  readonly steps: readonly (number | null)[];
  readonly nonfinite: readonly number[];
}

/** Between two loads while the log grows. */
const LIVE_WAIT_MS = 1500;
/** The server's own bound. */
const MOST = 64;

export class MetricColumns {
  readonly #source: Pick<DataSource, "runMetrics">;
  /** By key of the column; all of them over `runs`. */
  loaded = $state.raw<ReadonlyMap<string, LoadedMetric>>(new Map());
  runs = $state.raw<readonly string[]>([]);
  error = $state<string | null>(null);
  #lastLoad = -Infinity;

  constructor(source: Pick<DataSource, "runMetrics">) {
    this.#source = source;
  }

  /** Asks for the columns of these runs; what is there stays until the answer comes. Returns the withdrawal. */
  load(runs: readonly string[], questions: ReadonlyMap<string, MetricQuestion>): () => void {
    const given = new AbortController();
    const isNew = runs !== this.runs || [...questions.keys()].some((key) => !this.loaded.has(key));
    const timer = setTimeout(() => void this.#ask(runs, questions, given.signal), isNew ? 0 : Math.max(0, this.#lastLoad + LIVE_WAIT_MS - performance.now()));
    return () => {
      clearTimeout(timer);
      given.abort();
    };
  }

  async #ask(runs: readonly string[], questions: ReadonlyMap<string, MetricQuestion>, signal: AbortSignal): Promise<void> {
    const asked = [...questions].slice(0, MOST);
    if (asked.length === 0 || runs.length === 0) return;
    this.#lastLoad = performance.now();
    try {
      const { metrics } = await this.#source.runMetrics({ metrics: asked.map(([, question]) => question), runs: [...runs] }, signal);
      this.runs = runs;
      this.loaded = new Map(asked.map(([key, question], index) => [key, read(metrics[index]!, question)]));
      this.error = null;
    } catch (error) {
      if (!signal.aborted) this.error = messageOf(error);
    }
  }
}

function read(column: MetricColumn, { statistic }: MetricQuestion): LoadedMetric {
  // A run of which no point is finite has no extreme, which is not the same as having no such metric.
  const diverged = (index: number): boolean => (statistic === "minimum" || statistic === "maximum") && column.nonfinite_counts[index]! > 0;
  return {
    values: column.values.map((value, index) => (value !== null ? readNumber(value) : diverged(index) ? NaN : undefined)),
    steps: column.steps,
    nonfinite: column.nonfinite_counts,
  };
}
