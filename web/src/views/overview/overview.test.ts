import { describe, expect, it } from "vitest";
import type { RunInfo, ScalarSeries, TagInfo } from "../../api/source";
import type { RunMetric } from "../../state/metric.svelte";
import { ago } from "./ago";
import { chartsThatMatter, drawnTags, linesOf, refsOf, roleNote } from "./charts";
import { newestSeries, NewestImages } from "./newest.svelte";
import { lastBegun, lastWritten, rankRuns } from "./ranking";

const tag = (name: string, runs = 1, count = 9, kind: TagInfo["kind"] = "scalar"): TagInfo => ({
  tag: name, kind, plugin_name: "", display_name: "", description: "", runs: Array.from({ length: runs }, (_, at) => at), counts: Array.from({ length: runs }, () => count),
});
const run = (name: string, more: Partial<RunInfo> = {}): RunInfo => ({
  name, first_wall_time: 0, last_wall_time: 0, last_step: 1, point_count: 1, file_count: 1, problem_count: 0, live: false, ...more,
});
const metric = (...values: number[]): RunMetric => ({ values: Float64Array.from(values), steps: Float64Array.from(values, (_, at) => at * 10), last: values.at(-1) ?? NaN, lastStep: 0 });

describe("the curves that matter", () => {
  it("pair train and val, the metric's first, and leave out what says nothing", () => {
    const tags = ["loss/train", "loss/val", "lr", "accuracy/train", "accuracy/val"].map((name) => tag(name));
    const charts = chartsThatMatter(tags, "accuracy/val");
    expect(charts.map(({ title, tags: of }) => [title, ...of.map((one) => one.tag)])).toEqual([
      ["accuracy", "accuracy/train", "accuracy/val"],
      ["loss", "loss/train", "loss/val"],
    ]);
  });

  it("are what most runs have where no name says anything, and never single points", () => {
    expect(chartsThatMatter([tag("speed", 1), tag("heat", 3), tag("accuracy", 9, 1)], null).map(({ title }) => title)).toEqual(["heat", "speed"]);
    expect(chartsThatMatter([], null)).toEqual([]);
  });

  it("are the held-out ones alone where both would be a tangle", () => {
    const [chart] = chartsThatMatter([tag("loss/train", 9), tag("loss/val", 9)], null);
    expect(drawnTags(chart!, 6).map((one) => one.tag)).toEqual(["loss/train", "loss/val"]);
    expect(drawnTags(chart!, 7).map((one) => one.tag)).toEqual(["loss/val"]);
    expect(roleNote(chart!, drawnTags(chart!, 7))).toBe("val only");
    expect(roleNote(chart!, drawnTags(chart!, 2))).toBe("train, val dashed");
    expect(refsOf(chart!, () => ["a", "b"], new Set(["b"]))).toEqual([{ run: "b", tag: "loss/train" }, { run: "b", tag: "loss/val" }]);
  });

  it("make a dashed line of what was held out", () => {
    const [chart] = chartsThatMatter([tag("loss/train"), tag("loss/val")], null);
    const series = ["loss/train", "loss/val", "other"].map((name) => ({
      run: "a", tag: name, columns: { x: new Float64Array(1), value: new Float64Array(1), smoothed: null, nonfinite_x: new Float64Array(0), nonfinite_kind: new Float64Array(0) },
    })) as unknown as ScalarSeries[];
    expect(linesOf(chart!, series, () => "#123456").map(({ label, dash }) => [label, dash.length])).toEqual([["a, train", 0], ["a, val", 2]]);
  });
});

describe("ranking", () => {
  it("takes the best a run ever reached, either way, and leaves out runs without a number", () => {
    const metrics: Record<string, RunMetric | null> = { a: metric(1, 5, 2), b: metric(3, 4), c: null, d: metric() };
    const order = (less: boolean) => rankRuns(Object.keys(metrics).map((name) => run(name)), (name) => metrics[name], less).map(({ run: one, best, bestStep }) => [one.name, best, bestStep]);
    expect(order(false)).toEqual([["a", 5, 10], ["b", 4, 10]]);
    expect(order(true)).toEqual([["a", 1, 0], ["b", 3, 0]]);
  });

  it("knows who began last and who wrote last", () => {
    const runs = [run("old", { first_wall_time: 1, last_wall_time: 90, live: true }), run("new", { first_wall_time: 5, last_wall_time: 99 }), run("none", { first_wall_time: null, last_wall_time: null })];
    expect(lastBegun(runs)?.name).toBe("new");
    expect(lastBegun([])).toBeNull();
    expect(lastWritten(runs, 9).map(({ name }) => name)).toEqual(["old", "new"]);
  });
});

describe("the newest images", () => {
  it("come from the run that wrote a tag last", () => {
    const infos = new Map([["a", run("a", { last_wall_time: 1 })], ["b", run("b", { last_wall_time: 2 })]]);
    const series = newestSeries([tag("pic", 2, 3, "image"), tag("gone", 1, 1, "image")], (one) => (one.tag === "pic" ? ["a", "b"] : ["deleted"]), (name) => infos.get(name));
    expect(series).toEqual([{ run: "b", tag: "pic" }]);
  });

  it("are the last samples, newest first; the answer to an older question is dropped", async () => {
    const samples = async ({ tag: name }: { tag: string }) =>
      ({ steps: [0, 1, 2], wall_times: name === "new" ? [10, 11, 12] : [1, 2, 3], keys: ["k0", "k1", "k2"] }) as never;
    const newest = new NewestImages({ samples });
    await newest.load(Array.from({ length: 12 }, (_, at) => ({ run: "a", tag: at === 7 ? "new" : `old${at}` })));
    expect(newest.images?.[0]).toMatchObject({ ref: { tag: "new", sample: 2, key: "k2" }, step: 2 });
    expect(newest.images).toHaveLength(12);
    await Promise.all([newest.load([{ run: "a", tag: "new" }]), newest.load([])]);
    expect(newest.images).toEqual([]);
  });
});

it.each([[1, "just now"], [-50, "just now"], [42, "42 s ago"], [200, "3 min ago"], [7300, "2 h ago"], [400_000, "4 days ago"]])("%d s is %s", (seconds, words) => {
  expect(ago(1000, 1000 + seconds)).toBe(words);
});
