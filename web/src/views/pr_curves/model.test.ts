import { describe, expect, it } from "vitest";
import type { PrCurveItem } from "../../api/source";
import { averagePrecision, bestF1, closeUp, equalF1, f1, prCurveOf, thresholdIndex } from "./model";

// Four samples, positives scored 0.9, 0.6, negatives 0.7, 0.2; thresholds 0, 0.25, 0.5, 0.75, 1.
const item: PrCurveItem = {
  sample: 0, step: 3, wall_time: null,
  thresholds: [0, 0.25, 0.5, 0.75, 1],
  true_positives: [2, 2, 2, 1, 0], false_positives: [2, 1, 1, 0, 0], true_negatives: [0, 1, 1, 2, 2], false_negatives: [0, 0, 0, 1, 2],
  precision: [0.5, 2 / 3, 2 / 3, 1, 0], recall: [1, 1, 1, 0.5, 0],
  error: null,
};
const curve = prCurveOf(item);

describe("a curve", () => {
  it("has no precision where nothing is predicted positive", () => expect([...curve.precision]).toEqual([0.5, 2 / 3, 2 / 3, 1, NaN]));
  it("keeps what was logged where there are no counts", () => {
    const bare = prCurveOf({ ...item, true_positives: [0, 0, 0, 0, 0], false_positives: [0, 0, 0, 0, 0], true_negatives: [0, 0, 0, 0, 0], false_negatives: [0, 0, 0, 0, 0] });
    expect([...bare.precision]).toEqual(item.precision);
    expect(bare.error).toBeNull();
  });
  it("says where rates and counts disagree", () => {
    expect(prCurveOf({ ...item, precision: [0.5, 0.9, 2 / 3, 1, 0] }).error).toBe("precision and counts disagree at threshold number 1");
    expect(prCurveOf({ ...item, recall: [1, 1, 0.2, 0.5, 0] }).error).toBe("recall and counts disagree at threshold number 2");
    expect(prCurveOf({ ...item, false_positives: [2, 1, -1, 0, 0] }).error).toContain("negative");
    expect(curve.error).toBeNull();
  });
  it("takes what is not finite as data", () => expect(prCurveOf({ ...item, precision: ["NaN", "NaN", "NaN", "NaN", "NaN"] }).precision.every(Number.isNaN)).toBe(true));
});

describe("average precision", () => {
  // By hand: recall 0.5 at precision 1, then 0.5 more at 2/3 (scikit-learn says 0.8333 for these scores).
  it("sums gains in recall times precision", () => expect(averagePrecision(curve)).toBeCloseTo(0.5 + 0.5 * (2 / 3), 12));
  it("is none without points", () => expect(averagePrecision({ precision: new Float64Array([NaN]), recall: new Float64Array([0]) })).toBeNaN());
});

describe("operating points", () => {
  it("finds the best F1", () => expect(curve.thresholds[bestF1(curve)]).toBe(0.25));
  it("finds none where F1 is undefined", () => expect(bestF1({ precision: new Float64Array([NaN]), recall: new Float64Array([NaN]) })).toBe(-1));
  it("takes the threshold at or below", () => expect([0, 0.3, 0.5, 0.99, 1].map((at) => thresholdIndex(curve.thresholds, at))).toEqual([0, 1, 2, 3, 4]));
});

describe("the close-up", () => {
  it("shows where good curves part", () => {
    const good = { precision: new Float64Array([0.1, 0.97, 1]), recall: new Float64Array([1, 0.96, 0.5]) };
    expect(closeUp([good])).toBe(0.9);
    expect(closeUp([good, curve])).toBeCloseTo(0.3, 12);
    expect(closeUp([{ precision: new Float64Array([NaN]), recall: new Float64Array([0]) }])).toBe(0);
  });
});

describe("lines of equal F1", () => {
  it("have it everywhere", () => {
    const { x, y } = equalF1(0.6);
    expect(x.length).toBeGreaterThan(20);
    x.forEach((recall, index) => expect(f1(y[index] as number, recall)).toBeCloseTo(0.6, 9));
  });
});
