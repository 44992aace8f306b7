/** The data of one card: an overview of its series and, where one zoomed in, a finer stretch of them. */

import { untrack } from "svelte";
import type { ScalarSeries, SeriesRef, SmoothingKind } from "../../api/source";
import type { Zoom } from "../../charts/line";
import { NO_ZOOM } from "../../charts/line";
import { messageOf } from "../../lib/messageof";
import type { Range } from "../../lib/range";
import type { ScalarsBoard } from "./board.svelte";
import { fineBudget, pointBudget, type Horizontal, type SeriesQuery } from "./loader";

export interface CardWish {
  readonly series: readonly SeriesRef[];
  readonly axis: Horizontal;
  readonly logX: boolean;
  readonly smoothing: number;
  readonly smoothingKind: SmoothingKind;
  readonly widthPixels: number;
  /** Points for numbers, not for pixels: groups are worked out from them. */
  readonly fine?: boolean;
  readonly range: Range | null;
}

interface Loaded {
  readonly series: readonly ScalarSeries[];
  readonly axis: Horizontal;
  readonly range: Range | null;
}

const sameAxis = (a: Horizontal, b: Horizontal) => a.x === b.x && a.tag === b.tag;

function covers(outer: Range | null, inner: Range | null): boolean {
  if (outer === null) return true;
  return inner !== null && outer[0] <= inner[0] && outer[1] >= inner[1];
}

/** Whether any point of the series lies in the range; so it is while nothing is known. */
function reaches(loaded: Loaded | null, [low, high]: Range): boolean {
  if (loaded === null) return true;
  return loaded.series.some(({ columns }) => {
    if (columns === null) return false;
    const { x, nonfinite_x: other } = columns;
    return [x, other].some((column) => column.length > 0 && (column[0] as number) <= high && (column[column.length - 1] as number) >= low);
  });
}

/** A stretch is asked for when the chart rests on it, and while it moves on and on, now and then. */
const REST_MS = 90;
const PATIENCE_MS = 400;

export class CardData {
  readonly #board: ScalarsBoard;
  #overview = $state.raw<Loaded | null>(null);
  #detail = $state.raw<Loaded | null>(null);
  #whole = $state.raw<Loaded | null>(null);
  readonly #wholeOwner = {};
  #withdraw: () => void = () => {};
  #leaving: ReturnType<typeof setTimeout> | undefined;
  /** The stretch that was asked for last, and when. */
  #asked: { readonly range: Range | null; readonly at: number } = { range: null, at: -Infinity };
  error = $state<string | null>(null);
  #own = $state.raw<Zoom>(NO_ZOOM);

  /** The newest x that was answered on the axis of now. */
  readonly #newest = $derived.by<number | null>(() => {
    const axis = this.#board.axis;
    const known = [this.#overview, this.#detail].filter((loaded) => loaded !== null && sameAxis(loaded.axis, axis)).flatMap((loaded) => loaded?.series ?? []);
    const newest = known.reduce((most, { columns }) => Math.max(most, columns?.x.at(-1) ?? -Infinity, columns?.nonfinite_x.at(-1) ?? -Infinity), -Infinity);
    return newest > -Infinity ? newest : null;
  });

  /** What is shown: what was zoomed to by hand, else the newest stretch where that is followed. */
  readonly zoom = $derived.by<Zoom>(() => {
    const { follow } = this.#board;
    const chosen = this.chosen;
    if (chosen.x !== null || follow === null || this.#newest === null) return chosen;
    return { ...chosen, x: [this.#newest - follow, this.#newest] };
  });

  /** The stretch to ask for. Of what is followed more than is shown, and with no end, so that new points need no new stretch. */
  readonly wanted = $derived.by<Range | null>(() => {
    const { follow } = this.#board;
    const { x } = this.zoom;
    if (x === null || this.chosen.x !== null || follow === null) return x;
    const quarter = follow / 4;
    return [Math.floor(x[0] / quarter) * quarter, Number.MAX_VALUE];
  });

  /** What was zoomed to by hand: the card's own, or along x that of all cards, unless it would leave this one empty. */
  readonly chosen = $derived.by<Zoom>(() => {
    if (!this.#board.page.settings.linkZoom) return this.#own;
    const linked = this.#board.linkedX;
    // A stretch that was loaded says nothing of what lies beyond it.
    const known = this.#overview ?? this.#whole ?? (covers(this.#detail?.range ?? null, linked) ? this.#detail : null);
    const x = linked && reaches(known, linked) ? linked : null;
    return { ...this.#own, x };
  });

  constructor(board: ScalarsBoard) {
    this.#board = board;
  }

  zoomTo(zoom: Zoom): void {
    if (!zoom.x && !zoom.y && !zoom.right) this.resetZoom();
    else if (this.#board.page.settings.linkZoom) {
      this.#board.linkedX = zoom.x;
      this.#own = { ...zoom, x: null };
    } else this.#own = zoom;
  }

  /** What is there to draw on an axis; null while nothing is. */
  series(axis: Horizontal): readonly ScalarSeries[] | null {
    const detail = this.#detail;
    if (detail && this.zoom.x && sameAxis(detail.axis, axis) && covers(detail.range, this.zoom.x)) return detail.series;
    // Opened by a link that zooms there is no overview: what the minimap has is coarse, and better than nothing.
    return [this.#overview, this.#whole, detail].find((loaded) => loaded !== null && sameAxis(loaded.axis, axis))?.series ?? null;
  }

  /** Asks for what is wanted now; returns the withdrawal. What is there stays until the answer comes. */
  load(wish: CardWish): () => void {
    const { series, axis, logX, smoothing, smoothingKind, range } = wish;
    if (series.length === 0) {
      this.#overview = { series: [], axis, range: null };
      this.#detail = null;
      return () => {};
    }
    const query: SeriesQuery = { series, axis, logX, smoothing, smoothingKind, range, maxPoints: wish.fine ? fineBudget(series.length) : pointBudget(series.length, wish.widthPixels) };
    // While one zooms and pans, finer points would come too late for each frame, and take time from it.
    const moved = range !== null && JSON.stringify(range) !== JSON.stringify(this.#asked.range) && untrack(() => this.series(axis)) !== null;
    const wait = moved ? Math.min(REST_MS, this.#asked.at + PATIENCE_MS - performance.now()) : 0;
    clearTimeout(this.#leaving);
    const timer = wait > 0 ? setTimeout(() => this.#ask(query, axis, range), wait) : undefined;
    if (wait <= 0) this.#ask(query, axis, range);
    return () => {
      clearTimeout(timer);
      // What is on its way is still good for something while the next wish waits.
      this.#leaving = setTimeout(() => this.#withdraw());
    };
  }

  #ask(query: SeriesQuery, axis: Horizontal, range: Range | null): void {
    this.#asked = { range, at: performance.now() };
    this.#withdraw = this.#board.loader.request(this, query, {
      loaded: (answer) => {
        this.error = null;
        const loaded = { series: answer, axis, range };
        if (range === null) this.#overview = loaded;
        else this.#detail = loaded;
      },
      failed: (error) => {
        this.error = messageOf(error);
      },
    });
  }

  /** Everything, for a picture that is small: what `loadWhole` brought, else what was there before the zoom. */
  whole(axis: Horizontal): readonly ScalarSeries[] | null {
    return [this.#whole, this.#overview].find((loaded) => loaded !== null && sameAxis(loaded.axis, axis))?.series ?? null;
  }

  /** Asks for everything, in few points; returns the withdrawal. */
  loadWhole({ series, axis, logX, smoothing, smoothingKind }: Omit<CardWish, "range">): () => void {
    if (series.length === 0) return () => {};
    const query: SeriesQuery = { series, axis, logX, smoothing, smoothingKind, range: null, maxPoints: Math.max(40, Math.min(400, Math.floor(10_000 / series.length))) };
    return this.#board.loader.request(this.#wholeOwner, query, {
      loaded: (answer) => void (this.#whole = { series: answer, axis, range: null }),
      // The chart above asks the same server and says what is wrong.
      failed: () => {},
    });
  }

  resetZoom(): void {
    if (this.#board.page.settings.linkZoom) this.#board.linkedX = null;
    this.#own = NO_ZOOM;
    this.#detail = null;
  }
}
