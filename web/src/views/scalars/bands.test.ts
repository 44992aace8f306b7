import { describe, expect, it } from "vitest";
import { groupedLines, groupingOf, summarize, withoutSeed, type Spread } from "./bands";
import type { RunLine } from "./lines";

const column = (numbers: readonly number[]) => Float64Array.from(numbers);

function line(run: string, x: number[], value: number[], { smoothed, bad = [] }: { smoothed?: number[]; bad?: number[] } = {}): RunLine {
  return {
    key: run, label: run, run, tag: "loss", role: "", color: "#123456", dash: [], x: column(x), value: column(value), smoothed: smoothed ? column(smoothed) : null,
    step: column(x), wallTime: column(x), nonfinite: { x: column(bad), kind: column(bad.map(() => 0)) }, nonfiniteStep: column(bad), nonfiniteWallTime: column(bad),
    total: x.length, inRange: x.length, shown: x.length, segments: [], segment: null, withoutX: 0, passesLeftOut: 0,
  };
}

describe("seeds", () => {
  it.each([
    ["wide seed=0", "wide"],
    ["wide_seed12", "wide"],
    ["seed_3/wide", "wide"],
    ["wide/seed=1", "wide"],
    ["wide #3", "wide"],
    ["wide_s4", "wide"],
    ["wide-2", "wide"],
    ["cv/fold 4 lr=1e-3", "cv lr=1e-3"],
  ])("of %s are taken away", (run, bare) => expect(withoutSeed(run)).toBe(bare));
  it.each(["adam lr=1e-2 bs=32", "2024-01-01", "linseed", "resnet50", "7"])("are none in %s", (run) => expect(withoutSeed(run)).toBe(run));
});

describe("groups", () => {
  it("are folders, captures or whole matches", () => {
    expect(groupingOf("")).toBeNull();
    expect(groupingOf("folder")?.of("a/b/c")).toBe("a/b");
    expect(groupingOf("/lr=(\\S+)")?.of("x lr=0.1 bs=3")).toBe("0.1");
    expect(groupingOf("/bs=\\d+")?.of("x lr=0.1 bs=3")).toBe("bs=3");
    expect(groupingOf("/bs=\\d+")?.of("other")).toBe("other");
  });
  it("say what is wrong with a pattern", () => expect(groupingOf("/(")?.error).toMatch(/^Not a regular expression/));
});

describe("the summary of values", () => {
  const of = (values: number[], spread: Spread) => Object.values(summarize(values, spread)).map((value: number) => Number(value.toFixed(4)));
  it("is mean and sample deviation", () => expect(of([2, 4, 6], "sd")).toEqual([4, 2, 6]));
  it("is mean between extremes", () => expect(of([1, 2, 9], "minmax")).toEqual([4, 1, 9]));
  it("is mean and Student's interval", () => expect(of([2, 4, 6], "ci")).toEqual([4, Number((4 - (4.303 * 2) / Math.sqrt(3)).toFixed(4)), Number((4 + (4.303 * 2) / Math.sqrt(3)).toFixed(4))]));
  it("is the mean of the middle half between the quartiles", () => {
    expect(of([100, 1, 2, 3], "iqm")).toEqual([2.5, 1.75, 27.25]);
    // Five values: the second and the fourth count three quarters.
    expect(of([0, 1, 2, 4, 90], "iqm")[0]).toBeCloseTo((0.75 * 1 + 2 + 0.75 * 4) / 2.5, 3);
  });
  it.each(["sd", "minmax", "ci", "iqm"] as const)("of one value is that value (%s)", (spread) => expect(of([3], spread)).toEqual([3, 3, 3]));
});

describe("lines of groups", () => {
  const seeds = [line("w #0", [0, 2, 4], [0, 2, 4]), line("w #1", [0, 1, 2], [2, 3, 4]), line("other", [0], [7])];
  const [group, alone] = groupedLines(seeds, withoutSeed, "minmax");
  it("stand for several runs; a run alone stays as it is", () => {
    expect([group?.label, group?.members, alone]).toEqual(["w", ["w #0", "w #1"], seeds[2]]);
  });
  it("take each run on its own steps, between them straight, beyond them not at all", () => {
    expect([...(group?.x ?? [])]).toEqual([0, 1, 2, 4]);
    expect([...(group?.value ?? [])]).toEqual([1, 2, 3, 4]);
    expect([...(group?.band?.low ?? [])]).toEqual([0, 1, 2, 4]);
    expect([...(group?.band?.high ?? [])]).toEqual([2, 3, 4, 4]);
  });
  it("show what is no number in any of their runs", () => {
    const [sick] = groupedLines([line("w #0", [0, 1], [1, 1], { bad: [5] }), line("w #1", [0, 1], [1, 1], { bad: [3] })], withoutSeed, "sd");
    expect([...(sick?.nonfinite.x ?? [])]).toEqual([3, 5]);
  });
  it("have the band of the smoothed values where those are drawn", () => {
    const [smooth] = groupedLines([line("w #0", [0], [0], { smoothed: [4] }), line("w #1", [0], [10], { smoothed: [6] })], withoutSeed, "minmax");
    expect([smooth?.value[0], smooth?.smoothed?.[0], smooth?.band?.low[0], smooth?.band?.high[0]]).toEqual([5, 5, 4, 6]);
  });
});
