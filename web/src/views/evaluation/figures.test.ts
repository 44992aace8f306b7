import { describe, expect, it } from "vitest";
import type { ClassCurve, Confusion } from "../../api/source";
import { classRows, drawnCurve, indexAt, macroMean, matrixView, sortClasses } from "./figures";

// Four samples, positives scored 0.9, 0.6, negatives 0.7 and NaN.
const curve: ClassCurve = {
  class_index: 0, positive_count: 2, negative_count: 2, nan_count: 1, area: 0.75, average_precision: 0.83,
  thresholds: [0.9, 0.7, 0.6, "-Infinity"], true_positives: [1, 1, 2, 2], false_positives: [0, 1, 1, 2],
};

describe("a curve", () => {
  it("is precision over recall", () => {
    const { x, y } = drawnCurve(curve, "pr");
    expect([...x]).toEqual([0.5, 0.5, 1, 1]);
    expect([...y]).toEqual([1, 0.5, 2 / 3, 0.5]);
  });
  it("is the true over the false positive rate, from nothing predicted", () => {
    const { x, y, thresholds } = drawnCurve(curve, "roc");
    expect([...x]).toEqual([0, 0, 0.5, 0.5, 1]);
    expect([...y]).toEqual([0, 0.5, 0.5, 1, 1]);
    expect([...thresholds]).toEqual([Infinity, 0.9, 0.7, 0.6, -Infinity]);
  });
  it("is marked where a threshold predicts what it does", () => {
    const { thresholds } = drawnCurve(curve, "pr");
    expect([0.95, 0.89, 0.8, 0.65, 0.59, 0].map((at) => indexAt(thresholds, at))).toEqual([-1, 0, 0, 1, 2, 2]);
    expect(indexAt(Float64Array.of(Math.fround(0.7)), 0.7)).toBe(0);
  });
});

describe("a matrix", () => {
  const confusion: Confusion = { classes: [0, 1], other_count: 0, counts: [[90, 10, 0], [0, 5, 0]] };
  const names = ["cat", "dog"];
  it("hides the column of no answer where there is none", () => {
    expect(matrixView(confusion, names, "counts").columns).toEqual(["cat", "dog"]);
    expect(matrixView({ ...confusion, counts: [[90, 9, 1], [0, 5, 0]] }, names, "counts").columns).toEqual(["cat", "dog", "none"]);
  });
  it("tells counts and shares of rows and columns", () => {
    expect(matrixView(confusion, names, "counts").cells[0]![1]!.text).toBe("10");
    expect(matrixView(confusion, names, "rows").cells[0]![1]!.text).toBe("10 %");
    expect(matrixView(confusion, names, "columns").cells[0]![1]!.text).toBe("67 %");
    expect(matrixView(confusion, names, "rows").cells[0]![1]!.says).toBe("10 of cat taken for dog, 10 % of true cat");
  });
  it("shows mistakes on a scale of their own", () => {
    const { cells } = matrixView(confusion, names, "counts");
    expect([cells[0]![0]!.share, cells[0]![1]!.share]).toEqual([1, 1]);
    expect([cells[0]![0]!.tone, cells[0]![1]!.tone]).toEqual(["right", "wrong"]);
  });
  it("compares two runs: more mistakes are bad, more right answers good", () => {
    const other: Confusion = { ...confusion, counts: [[95, 5, 0], [1, 4, 0]] };
    const { cells } = matrixView(confusion, names, "counts", other);
    expect(cells.map((row) => row.map(({ text, tone }) => `${text} ${tone}`))).toEqual([["−5 less", "+5 less"], ["−1 more", "+1 more"]]);
  });
  it("names what is counted together", () => {
    const many: Confusion = { classes: [1], other_count: 999, counts: [[1, 2, 3], [4, 5, 6]] };
    const { rows, columns } = matrixView(many, names, "counts");
    expect([rows, columns]).toEqual([["dog", "999 others"], ["dog", "999 others", "none"]]);
  });
});

describe("the table of classes", () => {
  const rates = { precision: [0.5, null, 1], recall: [1, 0, 0.5], f1: [2 / 3, 0, 2 / 3], support: [2, 1, 4], predicted: [4, 0, 2], hits: [2, 0, 2] };
  const rows = classRows(rates, ["b", "a", "c"]);
  it("sorts, with what is undefined last", () => {
    expect(sortClasses(rows, "precision", true).map((row) => row.name)).toEqual(["c", "b", "a"]);
    expect(sortClasses(rows, "precision", false).map((row) => row.name)).toEqual(["b", "c", "a"]);
    expect(sortClasses(rows, "name", false).map((row) => row.name)).toEqual(["a", "b", "c"]);
    expect(sortClasses(rows, null, false)).toEqual(rows);
  });
  it("has a plain mean in which no precision counts as 0", () => {
    expect(macroMean(rows, "precision")).toBe(0.5);
    expect(macroMean([], "f1")).toBeNaN();
  });
});
