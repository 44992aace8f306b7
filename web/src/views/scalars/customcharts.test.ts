import { describe, expect, it } from "vitest";
import type { LayoutChart, ScalarSeries, TagInfo } from "../../api/source";
import { customCard, customGroups, parseMade, tagPattern, union, writeMade, type MadeChart } from "./customcharts";
import { linesOf } from "./lines";
import { marginLines } from "./margins";
import { tagsAtRight } from "./rightaxis";

const tag = (name: string): TagInfo => ({ tag: name, kind: "scalar", plugin_name: "scalars", display_name: "", description: "", runs: [0], counts: [1] });
const tags = ["loss/train", "loss/val", "lr", "v", "low", "high"].map(tag);
const multiline = (...expressions: string[]): LayoutChart => ({ title: "chart", kind: "multiline", tags: expressions, series: [] });
const margin = (value: string, lower: string, upper: string): LayoutChart => ({ title: "band", kind: "margin", tags: [], series: [{ value, lower, upper }] });
const drawn = (chart: LayoutChart) => customCard(chart, "key", tags).subject.tags.map((one) => one.tag);

describe("tags by pattern", () => {
  it("match from their beginning on, as Python's re.match does", () => {
    expect(drawn(multiline("loss/.*"))).toEqual(["loss/train", "loss/val"]);
    expect(drawn(multiline("l"))).toEqual(["loss/train", "loss/val", "lr", "low"]);
    expect(drawn(multiline("train"))).toEqual([]);
    expect(drawn(multiline("v|lr"))).toEqual(["lr", "v"].sort((a, b) => drawn(multiline("v|lr")).indexOf(a) - drawn(multiline("v|lr")).indexOf(b)));
    expect(drawn(multiline("LOSS"))).toEqual([]);
  });

  it("may be written as Python writes them", () => {
    expect(tagPattern("(?i)LOSS").matches("loss/train")).toBe(true);
    expect(tagPattern("(?P<a>lo)ss/(?P=a)").matches("loss/lo")).toBe(true);
    expect(tagPattern("\\Aloss\\Z").matches("loss/x")).toBe(false);
  });

  it("are drawn where one of them is no expression, which is said", () => {
    const { subject, problems } = customCard(multiline("loss/(", "lr", "nothing"), "key", tags);
    expect(subject.tags.map((one) => one.tag)).toEqual(["lr"]);
    expect(problems[0]).toMatch(/^loss\/\( is no regular expression: /);
    expect(problems[1]).toBe("No tag matches nothing");
  });
});

describe("bands", () => {
  it("want three tags that are there", () => {
    expect(customCard(margin("v", "low", "high"), "key", tags).problems).toEqual([]);
    expect(drawn(margin("v", "low", "high"))).toEqual(["v", "low", "high"]);
    expect(customCard(margin("v", "", ""), "key", tags).problems).toEqual(["A band wants three tags; this one names no lower bound and no upper bound"]);
    expect(customCard(margin("gone", "low", "high"), "key", tags)).toMatchObject({ problems: ["No run has gone"], subject: { tags: [] } });
    expect(customCard({ ...margin("", "", ""), series: [] }, "key", tags).problems).toEqual(["A band wants three tags; the chart names none"]);
  });

  function series(name: string, x: number[], value: number[]): ScalarSeries {
    const none = new Float64Array();
    const columns = { step: Float64Array.from(x), wall_time: Float64Array.from(x), x: Float64Array.from(x), value: Float64Array.from(value), smoothed: null, nonfinite_step: none, nonfinite_wall_time: none, nonfinite_x: none, nonfinite_kind: none };
    return { run: "a", tag: name, found: true, total: x.length, in_range: x.length, shown: x.length, nonfinite_count: 0, without_x: 0, segments: [], segment_count: 1, segment: null, columns } as unknown as ScalarSeries;
  }

  it("lie between the bounds, read where the value was logged", () => {
    const lines = linesOf([series("v", [0, 1, 2], [5, 6, 7]), series("low", [0, 2], [4, 6]), series("high", [0, 1], [6, 9])], () => "#000");
    const [line, ...others] = marginLines(lines, [{ value: "v", lower: "low", upper: "high" }]);
    expect(others).toEqual([]);
    expect([...(line?.band?.low ?? [])]).toEqual([4, 5, 6]);
    // Beyond the last upper bound the band closes.
    expect([...(line?.band?.high ?? [])]).toEqual([6, 9, 7]);
    expect(marginLines(lines, [{ value: "v", lower: "gone", upper: "high" }])[0]?.band).toBeUndefined();
  });

  it("have nothing to do with the axis at the right, which is for tags of other magnitudes", () => {
    const lines = linesOf([series("loss", [0, 1], [2, 1]), series("lr", [0, 1], [1e-3, 1e-4]), series("acc", [0, 1], [0.2, 0.9]), series("constant", [0, 1], [0.001, 0.001])], () => "#000");
    const names = ["loss", "lr", "acc", "constant"];
    expect([...tagsAtRight(lines, names, "linear")]).toEqual(["lr", "constant"]);
    expect(tagsAtRight(lines, names, "log").size).toBe(0);
  });
});

describe("categories", () => {
  const made: MadeChart[] = [{ ...multiline("lr"), category: "losses" }, { ...margin("v", "low", "high"), category: "mine" }];

  it("hold the charts of runs, then those made here; equal ones once", () => {
    const laid = [{ title: "losses", closed: true, charts: [multiline("loss/.*"), multiline("lr")] }];
    const { groups, cards } = customGroups(laid, made, tags, "");
    expect(groups.map(({ title, count }) => [title, count])).toEqual([["losses", 2], ["mine", 1]]);
    expect([...cards.values()].map((card) => card.made)).toEqual([null, null, 1]);
    expect(customGroups(laid, made, tags, "high").groups.map(({ title }) => title)).toEqual(["mine"]);
  });

  it("come back from a link as they were, and from a hostile one as what makes sense of it", () => {
    expect(parseMade(writeMade(made))).toEqual(made);
    expect(writeMade([])).toBe("");
    for (const text of ["", "{", "7", "[7,null,{},{\"kind\":\"pie\"}]"]) expect(parseMade(text)).toEqual([]);
    expect(parseMade('[{"kind":"margin","series":[1,{"value":3}],"title":{}}]')).toEqual([{ category: "", title: "", kind: "margin", tags: [], series: [{ value: "", lower: "", upper: "" }] }]);
    expect(union(made, parseMade(writeMade(made)))).toHaveLength(2);
  });

  it("hold a thousand charts of a thousand tags", () => {
    const many = Array.from({ length: 1000 }, (_, index) => tag(`net/${index}`));
    const charts = many.map(({ tag: name }) => ({ ...multiline(`${name}$`), title: name }));
    const { groups, cards } = customGroups([{ title: "all", closed: false, charts }], [], many, "");
    expect(groups[0]?.count).toBe(1000);
    expect([...cards.values()].every(({ subject }) => subject.tags.length === 1)).toBe(true);
  });
});
