/** The data of one card: an overview of its series and, where one zoomed in, a finer stretch of them. */

import { SourceError, type ScalarSeries, type SeriesRef, type XAxis } from "../../api/source";
import type { Zoom } from "../../charts/line";
import { NO_ZOOM } from "../../charts/line";
import type { Range } from "../../lib/range";
import { pointBudget, type SeriesLoader, type SeriesQuery } from "./loader";

export interface CardWish {
  readonly series: readonly SeriesRef[];
  readonly x: XAxis;
  readonly smoothing: number;
  readonly widthPixels: number;
  readonly range: Range | null;
}

interface Loaded {
  readonly series: readonly ScalarSeries[];
  readonly x: XAxis;
  readonly range: Range | null;
}

function covers(outer: Range | null, inner: Range | null): boolean {
  if (outer === null) return true;
  return inner !== null && outer[0] <= inner[0] && outer[1] >= inner[1];
}

export class CardData {
  readonly #loader: SeriesLoader;
  #overview = $state.raw<Loaded | null>(null);
  #detail = $state.raw<Loaded | null>(null);
  error = $state<string | null>(null);
  zoom = $state.raw<Zoom>(NO_ZOOM);

  constructor(loader: SeriesLoader) {
    this.#loader = loader;
  }

  /** What is there to draw on the axis `x`; null while nothing is. */
  series(x: XAxis): readonly ScalarSeries[] | null {
    const detail = this.#detail;
    if (detail && this.zoom.x && detail.x === x && covers(detail.range, this.zoom.x)) return detail.series;
    return this.#overview?.x === x ? this.#overview.series : null;
  }

  /** Asks for what is wanted now; returns the withdrawal. What is there stays until the answer comes. */
  load(wish: CardWish): () => void {
    const { series, x, smoothing, range } = wish;
    if (series.length === 0) {
      this.#overview = { series: [], x, range: null };
      this.#detail = null;
      return () => {};
    }
    const query: SeriesQuery = { series, x, smoothing, range, maxPoints: pointBudget(series.length, wish.widthPixels) };
    return this.#loader.request(this, query, {
      loaded: (answer) => {
        this.error = null;
        const loaded = { series: answer, x, range };
        if (range === null) this.#overview = loaded;
        else this.#detail = loaded;
      },
      failed: (error) => {
        this.error = error instanceof SourceError ? error.message : String(error);
      },
    });
  }

  /** A change of axis makes a zoom of x meaningless. */
  resetZoom(): void {
    this.zoom = NO_ZOOM;
    this.#detail = null;
  }
}
