import { describe, expect, it } from "vitest";
import type { HistogramItem } from "../../api/source";
import { constantOf, nonfiniteText, extentOf, histogramOf, percentiles, resample, thinned } from "./model";

const item = (left_edges: number[], right_edges: number[], counts: number[], more: Partial<HistogramItem> = {}): HistogramItem => ({
  sample: 0, step: 0, wall_time: 0, left_edges, right_edges, counts, nan_count: 0, positive_infinity_count: 0, negative_infinity_count: 0, error: null, ...more,
});
const three = histogramOf(item([0, 1, 2], [1, 2, 4], [1, 2, 1]));
const empty = histogramOf(item([], [], [], { nan_count: 3, positive_infinity_count: 1 }));

describe("a histogram", () => {
  it("counts its values and those that are not finite", () => expect([three.count, three.nonfinite, empty.count, empty.nonfinite]).toEqual([4, 0, 0, 4]));
});

describe("the extent", () => {
  it("is that of buckets with values in them", () => {
    expect(extentOf([histogramOf(item([-9, 0, 5], [0, 5, 9], [0, 1, 0])), three])).toEqual([0, 5]);
  });
  it("is none without values", () => expect(extentOf([empty])).toBeNull());
});

describe("resampling", () => {
  it("spreads buckets over the bins they cover, and loses nothing", () => {
    expect([...resample(three, [0, 4], 4)]).toEqual([0.25, 0.5, 0.125, 0.125]);
    const odd = resample(three, [-1, 5], 7);
    expect(odd.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
  it("puts a bucket of no width where it is", () => {
    const constant = histogramOf(item([2], [2], [10]));
    expect([...resample(constant, [0, 4], 4)]).toEqual([0, 0, 1, 0]);
  });
  it("of nothing is nothing", () => expect([...resample(empty, [0, 1], 2)]).toEqual([0, 0]));
});

describe("percentiles", () => {
  it("lie straight within their bucket", () => expect(percentiles(three, [0, 25, 50, 75, 100])).toEqual([0, 1, 1.5, 2, 4]));
  it("ascend", () => {
    const all = percentiles(three);
    expect(all).toEqual([...all].sort((a, b) => a - b));
  });
  it("pass over buckets without values", () => expect(percentiles(histogramOf(item([0, 1, 2], [1, 2, 3], [0, 1, 0])), [0, 100])).toEqual([1, 2]));
  it("are none without values", () => expect(percentiles(empty, [50])).toEqual([NaN]));
});

describe("thinning", () => {
  it("keeps the first and the last", () => expect(thinned([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 3, 6, 9]));
  it("leaves few as they are", () => expect(thinned([1, 2], 4)).toEqual([1, 2]));
});

describe("what is special about histograms", () => {
  it("is that they hold one value", () => {
    expect(constantOf([histogramOf(item([2], [2], [9])), histogramOf(item([2], [2], [1]))])).toBe(2);
    expect([constantOf([three]), constantOf([empty])]).toEqual([null, null]);
  });
  it("is what they hold that is no number", () => expect(nonfiniteText(empty)).toBe("3 NaN, 1 +Inf"));
});
