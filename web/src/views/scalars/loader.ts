/**
 * Gathers what the visible cards want into few requests: all that is wanted at one time travels together, and while an
 * answer is on its way newer wishes of a card replace its older ones, so that a dragged slider never queues up work.
 */

import type { DataSource, ScalarSeries, ScalarsRequest, SeriesRef, SmoothingKind, XAxis } from "../../api/source";
import type { Range } from "../../lib/range";

/** What stands on the horizontal axis; `tag` names a scalar where `x` is `tag`, and is null otherwise. */
export interface Horizontal {
  readonly x: XAxis;
  readonly tag: string | null;
}

export interface SeriesQuery {
  readonly series: readonly SeriesRef[];
  readonly axis: Horizontal;
  /** Points are reduced for a logarithmic axis. */
  readonly logX: boolean;
  readonly smoothing: number;
  readonly smoothingKind: SmoothingKind;
  readonly maxPoints: number;
  readonly range: Range | null;
}

export interface SeriesListener {
  loaded(series: readonly ScalarSeries[]): void;
  failed(error: unknown): void;
}

interface Wish {
  readonly owner: object;
  readonly query: SeriesQuery;
  readonly listener: SeriesListener;
}

/** Larger answers are cut into several, so that the first cards are drawn early. */
const MOST_SERIES = 400;
/** More at a time would hold the browser's connections to the server, which images need too. */
const MOST_REQUESTS = 2;

/** Points a line of one chart gets when `lines` of them share it; more than twice the pixels says nothing more. */
export function pointBudget(lines: number, widthPixels: number): number {
  const share = Math.floor(10_000 / Math.max(1, lines));
  return Math.max(40, Math.min(share, Math.ceil((widthPixels * 2) / 100) * 100));
}

/** Points a line gets where means over lines are made of them: all of most series. */
export function fineBudget(lines: number): number {
  return Math.max(400, Math.min(10_000, Math.floor(200_000 / Math.max(1, lines))));
}

/** Cuts wishes into requests: equal settings together, none with more than `limit` series unless one wish alone has. */
export function batches(wishes: readonly Wish[], limit = MOST_SERIES): (readonly Wish[])[] {
  const bySettings = new Map<string, Wish[][]>();
  for (const wish of wishes) {
    const { axis, logX, smoothing, smoothingKind, maxPoints, range } = wish.query;
    const key = JSON.stringify([axis, logX, smoothing, smoothingKind, maxPoints, range]);
    const groups = bySettings.get(key) ?? [];
    bySettings.set(key, groups);
    const last = groups.at(-1);
    const size = last?.reduce((count, { query }) => count + query.series.length, 0) ?? Infinity;
    if (last && size + wish.query.series.length <= limit) last.push(wish);
    else groups.push([wish]);
  }
  return [...bySettings.values()].flat();
}

/** The axis as a request says it. */
export function axisOf({ x, tag }: Horizontal): Pick<ScalarsRequest, "x" | "x_tag"> {
  return tag === null ? { x } : { x, x_tag: tag };
}

function requestOf(wishes: readonly Wish[]): ScalarsRequest {
  const { axis, logX, smoothing, smoothingKind, maxPoints, range } = (wishes[0] as Wish).query;
  return {
    series: wishes.flatMap((wish) => [...wish.query.series]),
    ...axisOf(axis),
    max_points: maxPoints,
    ...(logX ? { x_scale: "log" as const } : {}),
    // Wall times are read out to the second: as offsets they take half the bytes.
    columns: ["step", "x", "value", "wall_offset", ...(smoothing > 0 ? (["smoothed"] as const) : [])],
    ...(smoothing > 0 ? { smoothing, smoothing_kind: smoothingKind } : {}),
    ...(range ? { range: [range[0], range[1]] as [number, number] } : {}),
  };
}

export class SeriesLoader {
  readonly #source: Pick<DataSource, "scalars">;
  readonly #soon: (run: () => void) => void;
  readonly #waiting = new Map<object, Wish>();
  readonly #current = new Map<object, Wish>();
  #running = 0;
  #scheduled = false;

  /** Cards that come into view do so in one task. A timer would come after the frame that draws them empty, and with it the answer. */
  constructor(source: Pick<DataSource, "scalars">, soon: (run: () => void) => void = (run) => queueMicrotask(run)) {
    this.#source = source;
    this.#soon = soon;
  }

  /** Asks for series on behalf of `owner`; an earlier wish of the same owner is forgotten. Returns the withdrawal. */
  request(owner: object, query: SeriesQuery, listener: SeriesListener): () => void {
    const wish = { owner, query, listener };
    this.#waiting.set(owner, wish);
    this.#current.set(owner, wish);
    this.#schedule();
    return () => {
      if (this.#current.get(owner) !== wish) return;
      this.#current.delete(owner);
      this.#waiting.delete(owner);
    };
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.size === 0 || this.#running >= MOST_REQUESTS) return;
    this.#scheduled = true;
    this.#soon(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const [first, ...rest] = batches([...this.#waiting.values()]);
    if (!first) return;
    for (const wish of first) this.#waiting.delete(wish.owner);
    void this.#send(first);
    if (rest.length > 0) this.#schedule();
  }

  async #send(wishes: readonly Wish[]): Promise<void> {
    this.#running += 1;
    try {
      const { series } = await this.#source.scalars(requestOf(wishes));
      let at = 0;
      for (const wish of wishes) {
        const own = series.slice(at, at + wish.query.series.length);
        at += wish.query.series.length;
        this.#settle(wish, () => wish.listener.loaded(own));
      }
    } catch (error) {
      for (const wish of wishes) this.#settle(wish, () => wish.listener.failed(error));
    } finally {
      this.#running -= 1;
      this.#schedule();
    }
  }

  /** A wish that was replaced on the way gets its answer as long as the newer one has none: the chart keeps moving. */
  #settle(wish: Wish, tell: () => void): void {
    if (!this.#current.has(wish.owner)) return;
    if (this.#current.get(wish.owner) === wish) this.#current.delete(wish.owner);
    tell();
  }
}
