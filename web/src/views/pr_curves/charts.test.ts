import { describe, expect, it } from "vitest";
import { chartsOf, defaultSharing, shortNames } from "./charts";

const pairs = [{ run: "a", tag: "pr/0 お" }, { run: "a", tag: "pr/1 き" }, { run: "b", tag: "pr/0 お" }, { run: "b", tag: "other" }];

describe("which curves share a chart", () => {
  it("is those of a run where there is one, of a tag where there are several", () => expect([defaultSharing(pairs.slice(0, 2)), defaultSharing(pairs)]).toEqual(["run", "tag"]));
  it("by tag: one chart a tag with its runs", () => {
    expect(chartsOf(pairs, "tag").map(({ title, run, lines }) => [title, run, lines.map((line) => line.run)])).toEqual([["pr/0 お", null, ["a", "b"]], ["pr/1 き", null, ["a"]], ["other", null, ["b"]]]);
  });
  it("by run: one chart a run and group of tags with its classes", () => {
    expect(chartsOf(pairs, "run").map(({ title, run, lines }) => [title, run, lines.length])).toEqual([["pr", "a", 2], ["other", "b", 1], ["pr/0 お", "b", 1]]);
  });
});

describe("names of classes", () => {
  it("leave out what all begin with, up to a slash", () => {
    expect(shortNames(["pr/val/0 お", "pr/val/01 き"])).toEqual(["0 お", "01 き"]);
    expect(shortNames(["cat", "car"])).toEqual(["cat", "car"]);
    expect(shortNames(["pr/0"])).toEqual(["pr/0"]);
  });
});
