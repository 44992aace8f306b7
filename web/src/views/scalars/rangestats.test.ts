import { flushSync } from "svelte";
import { describe, expect, it, vi } from "vitest";
import { FixtureSource } from "../../api/fixture";
import { SourceError } from "../../api/source";
import { linesOf } from "./lines";
import { changeShare, rangeSections, RangeStatistics, rangeTitle } from "./rangestats.svelte";

const RUNS = ["baseline", "wide", "softmax-twice"];

async function found(tag: string) {
  const source = new FixtureSource();
  const refs = RUNS.map((run) => ({ run, tag }));
  const { series } = await source.scalars({ series: refs, max_points: 50 });
  return { lines: linesOf(series, () => "#123456"), statistics: await source.statistics({ series: refs, range: [600, 900] }) };
}

describe("the table of a range", () => {
  it("has a row for each run, with its mean and change first", async () => {
    const { lines, statistics } = await found("loss/train");
    const actions = [{ label: "Clear", run: () => {} }];
    const [table] = rangeSections(statistics, lines, [600, 900], "step", actions);
    if (table?.kind !== "table") throw new Error("no table");
    expect([table.title, table.columns.slice(0, 2), table.actions]).toEqual(["Range 600 to 900", ["mean", "% change"], actions]);
    expect(table.rows.map((row) => [row.run, row.bad ?? false])).toEqual([["baseline", false], ["wide", false], ["softmax-twice", true]]);
    const [mean, change, min, max, start, end] = table.rows[0]!.values as number[];
    expect(min! <= mean! && mean! <= max!).toBe(true);
    expect(change).toBe(changeShare(start!, end!));
    expect(table.rows[2]!.hint).toMatch(/^softmax-twice: \d+ points, \d+ not finite$/);
  });
  it("leaves out runs that are not answered yet", async () => {
    const { lines, statistics } = await found("loss/val");
    const [table] = rangeSections(statistics.slice(0, 1), lines, [600, 900], "step");
    expect(table?.kind === "table" && table.rows.length).toBe(1);
  });
  it("is named by its ends in the unit of the axis", () => {
    expect([rangeTitle([3600, 10000], "step"), rangeTitle([0, 90], "relative")]).toEqual(["Range 3,600 to 10,000", "Range 0 s to 1 min 30 s"]);
  });
});

describe("the change in percent", () => {
  it.each([
    [2, 1, "-50 %"],
    [-2, -1, "+50 %"],
    [0.25, 0.56, "+124 %"],
    [3, 3, "0 %"],
    [0, 1, null],
    [null, 1, null],
  ])("from %s to %s", (first, last, text) => expect(changeShare(first, last)).toBe(text));
});

describe("asking", () => {
  it("is done once for a range that is being moved, and says what failed", async () => {
    vi.useFakeTimers();
    const statistics = vi.fn(async () => {
      throw new SourceError("unreachable", "The server does not answer.");
    });
    const asked = new RangeStatistics({ statistics });
    const refs = [{ run: "a", tag: "loss" }];
    asked.load(refs, { x: "step", tag: null }, [0, 1])();
    asked.load(refs, { x: "step", tag: null }, [0, 2]);
    await vi.runAllTimersAsync();
    flushSync();
    expect(statistics.mock.calls.map(([request]: unknown[]) => (request as { range: number[] }).range)).toEqual([[0, 2]]);
    expect(asked.error).toBe("The server does not answer.");
    vi.useRealTimers();
  });
});
