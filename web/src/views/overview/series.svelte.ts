/** The series of all small charts in one request; while one is on its way, the newest wish waits and older ones are dropped. */

import { SourceError, type DataSource, type ScalarSeries, type ScalarsRequest, type XAxis } from "../../api/source";

export interface OverviewWish {
  readonly series: readonly { readonly run: string; readonly tag: string }[];
  readonly x: XAxis;
  readonly smoothing: number;
}

/** Points a line: a small chart has about so many pixels. */
const POINTS = 320;
/** Between two requests, so that a live log is drawn anew a few times a second at most. */
const GAP_MS = 400;

export class OverviewSeries {
  readonly #source: Pick<DataSource, "scalars">;
  /** With the axis they were asked for; null before the first answer. */
  answer = $state.raw<{ readonly x: XAxis; readonly series: readonly ScalarSeries[] } | null>(null);
  error = $state<string | null>(null);
  #wanted: OverviewWish | null = null;
  #running = false;

  constructor(source: Pick<DataSource, "scalars">) {
    this.#source = source;
  }

  ask(wish: OverviewWish): void {
    this.#wanted = wish;
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#wanted !== null) {
      const wish: OverviewWish = this.#wanted;
      this.#wanted = null;
      await this.#load(wish);
      await new Promise((done) => setTimeout(done, GAP_MS));
    }
    this.#running = false;
  }

  async #load({ series, x, smoothing }: OverviewWish): Promise<void> {
    if (series.length === 0) {
      this.answer = { x, series: [] };
      return;
    }
    const request: ScalarsRequest = {
      series: [...series],
      x,
      max_points: POINTS,
      columns: ["step", "x", "value", ...(smoothing > 0 ? (["smoothed"] as const) : [])],
      ...(smoothing > 0 ? { smoothing } : {}),
    };
    try {
      const answer = await this.#source.scalars(request);
      this.answer = { x, series: answer.series };
      this.error = null;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.error = error.message;
    }
  }
}
