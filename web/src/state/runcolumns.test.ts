import { describe, expect, it } from "vitest";
import { compareBy, filterValue, keyOfColumn, parseColumns, parseFilters, passes, subjectOf, writeColumns, writeFilters } from "./runcolumns";

describe("columns", () => {
  it("come back from a link as they were, whatever their names hold", () => {
    const subjects = [{ kind: "hparam", name: "a:b/c,\"d\"" }, { kind: "metric", name: "loss:val", statistic: "minimum" }, { kind: "fact", name: "step" }] as const;
    for (const subject of subjects) expect(subjectOf(keyOfColumn(subject))).toEqual(subject);
    const columns = subjects.map((subject, at) => ({ ...subject, key: keyOfColumn(subject), width: 60 + at }));
    expect(parseColumns(writeColumns(columns))).toEqual(columns);
    expect(writeColumns([])).toBe("");
  });

  it("leave out what makes no sense", () => {
    expect(parseColumns("[[")).toEqual([]);
    expect(parseColumns('{"a":1}')).toEqual([]);
    expect(parseColumns('[["teapot:1"],["fact:colour"],["metric:worst:loss"],7,null,["hparam:lr",99999],["hparam:lr",1],["fact:step","wide"]]').map(({ key, width }) => [key, width])).toEqual([["hparam:lr", 48], ["fact:step", 84]]);
  });
});

describe("filters", () => {
  it("come back from a link", () => {
    const filters = new Map([["hparam:lr", { min: 0.1, max: 1, undefinedToo: true }], ["hparam:o", { values: ['"adam"'], undefinedToo: false }]]);
    expect(parseFilters(writeFilters(filters))).toEqual(filters);
    expect(parseFilters('[{"key":"hparam:lr","min":"x"},{"key":"?"},3]')).toEqual(new Map([["hparam:lr", { undefinedToo: false }]]));
  });

  it("pass by interval, by value, and with or without what has none", () => {
    const interval = { min: 1, max: 2, undefinedToo: false };
    expect([0.9, 1, 2, 2.1, NaN, "1", undefined].map((value) => passes(value, interval))).toEqual([false, true, true, false, false, false, false]);
    expect(passes(undefined, { ...interval, undefinedToo: true })).toBe(true);
    const values = { values: [filterValue(1), filterValue(NaN), filterValue(null)], undefinedToo: false };
    expect([1, "1", NaN, "NaN", null, true].map((value) => passes(value, values))).toEqual([true, false, true, true, true, false]);
  });

  it("sort with gaps and NaN last, either way", () => {
    const order = (descending: boolean) => [undefined, 3, NaN, 1, "b", "a"].sort((a, b) => compareBy(a, b, descending));
    // JavaScript's own sort puts undefined last without asking.
    expect(order(false)).toEqual([1, 3, "a", "b", NaN, undefined]);
    expect(order(true)).toEqual(["b", "a", 3, 1, NaN, undefined]);
    expect(compareBy(undefined, 1, true)).toBeGreaterThan(0);
  });
});
