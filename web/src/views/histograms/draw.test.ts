import { describe, expect, it } from "vitest";
import type { HistogramItem } from "../../api/source";
import { drawnOf, histogramAt, plotOf, valueRange } from "./draw";
import { bandRange } from "./drawruns";
import { formatPlace, placedOn, placeOf, STEP_AXIS, timeRange } from "./timeaxis";
import { histogramOf } from "./model";

const at = (step: number, error: string | null = null) => {
  const item: HistogramItem = { sample: step, step, wall_time: 0, left_edges: [0], right_edges: [1], counts: [1], nan_count: 0, positive_infinity_count: 0, negative_infinity_count: 0, error };
  return histogramOf(item);
};
const many = Array.from({ length: 500 }, (_, step) => at(step * 10));

describe("what is drawn", () => {
  it("is fewer where one lies behind the other, the newest always among them", () => {
    const ridges = drawnOf({ histograms: many, mode: "offset", time: STEP_AXIS });
    expect([ridges.length, ridges.at(-1)?.step]).toEqual([50, 4990]);
    expect(drawnOf({ histograms: many, mode: "heat", time: STEP_AXIS }).length).toBe(400);
  });
  it("leaves out what could not be read", () => {
    expect(drawnOf({ histograms: [at(0), at(1, "torn"), at(2)], mode: "heat", time: STEP_AXIS }).map((one) => one.step)).toEqual([0, 2]);
  });
});

describe("the axis of bands", () => {
  it("is that of what is drawn, not of the tails", () => {
    // 98 of 100 values lie between 0 and 1, one far away at either side.
    const tailed = histogramOf({ sample: 0, step: 0, wall_time: 0, left_edges: [-100, 0, 1], right_edges: [0, 1, 100], counts: [1, 98, 1], nan_count: 0, positive_infinity_count: 0, negative_infinity_count: 0, error: null });
    expect(valueRange([tailed])).toEqual([-100, 100]);
    const [low, high] = bandRange([tailed, at(5)])!;
    expect(low).toBeGreaterThan(0.1);
    expect(high).toBeLessThan(0.9);
    expect(bandRange([])).toBeNull();
  });
});

describe("what is under the pointer", () => {
  const size = { width: 400, height: 240 };
  it("is the nearest in time on a time axis", () => {
    const few = [at(0), at(10), at(100)];
    const { left, right } = plotOf("heat", 400, 240);
    const found = [left, left + (right - left) * 0.12, left + (right - left) * 0.6, right].map((x) => histogramAt({ histograms: few, mode: "heat", time: STEP_AXIS, ...size }, x, 50)?.step);
    expect(found).toEqual([0, 10, 100, 100]);
  });
  it("is the ridge at that height, the newest at the bottom", () => {
    const few = [at(0), at(10), at(20)];
    const { bottom } = plotOf("offset", 400, 240);
    expect(histogramAt({ histograms: few, mode: "offset", time: STEP_AXIS, ...size }, 100, bottom)?.step).toBe(20);
    expect(histogramAt({ histograms: few, mode: "offset", time: STEP_AXIS, ...size }, 100, 20)?.step).toBe(0);
  });
  it("is nothing where there is nothing", () => expect(histogramAt({ histograms: [], mode: "overlay", time: STEP_AXIS, ...size }, 9, 9)).toBeNull());
});

it("gives a single step room", () => expect(timeRange([at(7)])).toEqual([6.5, 7.5]));

describe("an axis of time", () => {
  const late = [{ ...at(0), wallTime: 1000 }, { ...at(1), wallTime: 1060 }, { ...at(2), wallTime: null }, { ...at(3), wallTime: 1030 }];
  it("counts from the begin of the run, or is the time of day", () => {
    expect(placeOf(late[1] as (typeof late)[0], { unit: "relative", began: 990 })).toBe(70);
    expect(placeOf(late[1] as (typeof late)[0], { unit: "wall", began: null })).toBe(1060);
  });
  it("has those with a time alone, in its own order", () => {
    expect(placedOn(late, { unit: "relative", began: 990 }).map((one) => one.step)).toEqual([0, 3, 1]);
    expect(placedOn(late, { unit: "relative", began: null })).toEqual([]);
  });
  it("puts ridges as far apart as they were logged", () => {
    const drawing = { histograms: [late[0], late[1]].map((one) => one as (typeof late)[0]), mode: "offset" as const, time: { unit: "relative" as const, began: 1000 }, width: 400, height: 240 };
    expect(drawnOf(drawing).length).toBe(2);
    expect(histogramAt(drawing, 10, 20)?.step).toBe(0);
  });
  it("says places shortly", () => expect(formatPlace(74, "relative")).toBe("1 min 14 s"));
});
