import { describe, expect, it } from "vitest";
import { csv, csvCell, fileName } from "./csv";
import { groupByFirstSegment, groupName } from "./groups";
import { compareNatural } from "./natural";

describe("natural order", () => {
  it("counts", () => expect(["run_10", "run_2", "Run_1"].sort(compareNatural)).toEqual(["Run_1", "run_2", "run_10"]));
  it("is a fixed order even where only case differs", () => expect(compareNatural("a", "A")).toBe(-compareNatural("A", "a")));
});

describe("groups", () => {
  it("takes the first segment", () => expect(["loss/train", "lr", "/odd"].map(groupName)).toEqual(["loss", "lr", "/odd"]));
  it("orders groups and members", () => {
    const groups = groupByFirstSegment(["b/10", "a", "b/2"], (tag) => tag);
    expect(groups).toEqual([{ name: "a", items: ["a"] }, { name: "b", items: ["b/2", "b/10"] }]);
  });
});


describe("csv", () => {
  it("quotes what needs it", () => expect(csv(["run", "value"], [['a,"b"', 1.5]])).toBe('run,value\r\n"a,""b""",1.5\r\n'));
  it("keeps numbers that are not finite", () => expect([NaN, Infinity, -Infinity].map(csvCell)).toEqual(["nan", "inf", "-inf"]));
  it("does not hand formulas to a spreadsheet", () => expect(csvCell("=1+1")).toBe("'=1+1"));
  it("names files after tags in any script", () => {
    expect(fileName("loss/train: 1", "csv")).toBe("loss_train_1.csv");
    expect(fileName("損失/訓練", "svg")).toBe("損失_訓練.svg");
    expect(fileName("../..", "png")).toBe("glassboard.png");
  });
});
