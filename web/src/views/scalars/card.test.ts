import { flushSync } from "svelte";
import { describe, expect, it, vi } from "vitest";
import type { ScalarSeries } from "../../api/source";
import { FixtureSource } from "../../api/fixture";
import { createState } from "../../state/context";
import { ScalarsBoard } from "./board.svelte";
import { CardData } from "./card.svelte";
import { NO_OWN_AXIS } from "./links";

/** A board and two cards over it: one with steps 0 to 999, one with none beyond 30. */
async function cards() {
  const page = createState(new FixtureSource(), null);
  const board = new ScalarsBoard(page);
  const made = [new CardData(board), new CardData(board)] as const;
  const answer = await page.source.scalars({ series: [{ run: "baseline", tag: "lr" }], max_points: 50 });
  const [long] = answer.series as [ScalarSeries];
  const short = { ...long, columns: long.columns && { ...long.columns, x: long.columns.x.map((x) => x * 0.03) } };
  for (const [index, series] of [long, short].entries()) {
    const wish = { series: [{ run: "baseline", tag: "lr" }], axis: { x: "step" as const, tag: null }, logX: false, smoothing: 0, smoothingKind: "ema" as const, widthPixels: 300, range: null };
    board.loader.request = (_owner, _query, listener) => {
      listener.loaded([series]);
      return () => {};
    };
    made[index]!.load(wish);
  }
  return { page, board, long: made[0], short: made[1] };
}

describe("the zoom of cards", () => {
  it("is each card's own", async () => {
    const { long, short } = await cards();
    long.zoomTo({ x: [3, 9], y: null });
    flushSync();
    expect([long.zoom.x, short.zoom.x]).toEqual([[3, 9], null]);
  });
  it("is one along x where it is linked, and stands in the link", async () => {
    const { page, long, short } = await cards();
    page.settings.linkZoom = true;
    long.zoomTo({ x: [3, 9], y: [0, 1] });
    expect([long.zoom, short.zoom]).toEqual([{ x: [3, 9], y: [0, 1] }, { x: [3, 9], y: null }]);
    expect(page.url.search).toContain("v.x=3..9");
    short.resetZoom();
    expect([long.zoom.x, page.url.search.includes("v.x")]).toEqual([null, false]);
  });
  it("leaves a card whole that has nothing there", async () => {
    const { page, long, short } = await cards();
    page.settings.linkZoom = true;
    long.zoomTo({ x: [400, 900], y: null });
    expect([long.zoom.x, short.zoom.x]).toEqual([[400, 900], null]);
  });
});

describe("the newest", () => {
  it("are shown and asked for a little more of, without an end, until one zooms by hand", async () => {
    const { board, long } = await cards();
    board.follow = 100;
    flushSync();
    expect(long.zoom.x).toEqual([899, 999]);
    expect(long.wanted).toEqual([875, Number.MAX_VALUE]);
    expect(long.chosen.x).toBeNull();
    long.zoomTo({ x: [3, 9], y: null });
    expect([long.zoom.x, long.wanted]).toEqual([[3, 9], [3, 9]]);
    long.resetZoom();
    board.follow = null;
    expect([long.zoom.x, long.wanted]).toEqual([null, null]);
  });
});

describe("the vertical axis of a card", () => {
  it("is kept in the link and goes from it when it is as the view's again", async () => {
    const { page, board } = await cards();
    board.setAxis("loss", { ...NO_OWN_AXIS, scale: "log", min: 0.1 });
    expect(board.axisOf("loss")).toEqual({ ...NO_OWN_AXIS, scale: "log", min: 0.1 });
    board.toggleLog("loss");
    expect(board.axisOf("loss").scale).toBe("linear");
    board.setAxis("loss", NO_OWN_AXIS);
    expect(page.url.param("axes")).toBe("");
  });
});

describe("a stretch", () => {
  const series = [{ run: "baseline", tag: "lr" }];
  const wish = { series, axis: { x: "step" as const, tag: null }, logX: false, smoothing: 0, smoothingKind: "ema" as const, widthPixels: 300 };

  it("is asked for at once, then when the zoom rests or has moved for long; what is on its way meanwhile is taken", async () => {
    const { board, long } = await cards();
    vi.useFakeTimers();
    const asked: (readonly [number, number] | null)[] = [];
    let answer: () => void = () => {};
    let withdrawn = 0;
    const [loaded] = (await board.page.source.scalars({ series, max_points: 50 })).series as [ScalarSeries];
    board.loader.request = (_owner, query, listener) => {
      asked.push(query.range);
      answer = () => listener.loaded([loaded]);
      return () => void (withdrawn += 1);
    };
    let leave: () => void = () => {};
    const zoom = (range: [number, number]) => {
      leave();
      long.zoomTo({ x: range, y: null });
      leave = long.load({ ...wish, range });
    };
    vi.advanceTimersByTime(60_000);
    zoom([0, 500]);
    zoom([0, 400]);
    expect(asked).toEqual([[0, 500]]);
    answer();
    expect(long.series(wish.axis)).toEqual([loaded]);
    vi.advanceTimersByTime(100);
    expect(asked).toEqual([[0, 500], [0, 400]]);
    for (let to = 399; to > 360; to -= 1) {
      zoom([0, to]);
      vi.advanceTimersByTime(16);
    }
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.length).toBeLessThan(6);
    expect(withdrawn).toBe(0);
    leave();
    vi.advanceTimersByTime(1000);
    expect(withdrawn).toBe(1);
    vi.useRealTimers();
  });
});
