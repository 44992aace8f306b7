/** The histograms of one tag of one run, loaded page by page. */

import type { DataSource } from "../../api/source";
import { messageOf } from "../../lib/messageof";
import { histogramOf, type Histogram } from "./model";

const PAGE = 200;
/** Of longer series the newest are shown. */
export const MOST_SAMPLES = 1000;

export class HistogramSeries {
  readonly #source: Pick<DataSource, "histograms">;
  readonly run: string;
  readonly tag: string;

  /** In step order; null until some are there. */
  histograms = $state.raw<readonly Histogram[] | null>(null);
  total = $state(0);
  error = $state<string | null>(null);

  constructor(source: Pick<DataSource, "histograms">, run: string, tag: string) {
    this.#source = source;
    this.run = run;
    this.tag = tag;
  }

  /** Loads all anew; what is there stays until the answer is whole. */
  async load(signal: AbortSignal): Promise<void> {
    const ask = (first: number, count: number) => this.#source.histograms({ run: this.run, tag: this.tag, first, count }, signal);
    try {
      const { total } = await ask(0, 1);
      const found: Histogram[] = [];
      for (let at = Math.max(0, total - MOST_SAMPLES); at < total; ) {
        const { histograms } = await ask(at, Math.min(PAGE, total - at));
        if (histograms.length === 0) break;
        found.push(...histograms.map(histogramOf));
        at += histograms.length;
      }
      if (signal.aborted) return;
      this.histograms = found;
      this.total = total;
      this.error = null;
    } catch (error) {
      if (!signal.aborted) this.error = messageOf(error);
    }
  }
}
