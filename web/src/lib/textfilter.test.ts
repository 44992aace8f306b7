import { describe, expect, it } from "vitest";
import { compileFilter } from "./textfilter";

describe("filter", () => {
  it("wants every word, in any order and case", () => {
    const filter = compileFilter("Loss val");
    expect(filter.matches("val/LOSS")).toBe(true);
    expect(filter.matches("train/loss")).toBe(false);
  });
  it("takes what looks like an expression literally without slashes", () => expect(compileFilter("a.b").matches("axb")).toBe(false));
  it("knows expressions, with the second slash or still without", () => {
    expect(compileFilter("/^(train|val)\\/loss$/").matches("val/loss")).toBe(true);
    expect(compileFilter("/los+").matches("train/LOSS")).toBe(true);
    expect(compileFilter("/loss/u").matches("LOSS")).toBe(false);
  });
  it("keeps slashes within an expression", () => {
    const filter = compileFilter("/train/loss/");
    expect(filter.matches("train/loss")).toBe(true);
    expect(filter.matches("train_loss")).toBe(false);
  });
  it("says what is wrong and hides nothing", () => {
    const filter = compileFilter("/(/");
    expect(filter.error).toMatch(/^Not a regular expression: /);
    expect(filter.matches("anything")).toBe(true);
  });
  it("says where in a text what was typed stands", () => {
    expect(compileFilter("rate 0.1 rate0").spans("Rate0: rate = 0.1, 0x1", 10)).toEqual([[0, 5], [7, 11], [14, 17]]);
    expect(compileFilter("/r(a|u)n|\\bx*/").spans("ran run axx", 10)).toEqual([[0, 3], [4, 7]]);
    expect(compileFilter("a").spans("aaaa", 2)).toEqual([[0, 1], [1, 2]]);
    expect(["", "/(/"].map((typed) => compileFilter(typed).spans("anything (", 10))).toEqual([[], []]);
  });
  it("is empty for nothing typed", () => expect(compileFilter("  ").empty).toBe(true));
  it("gives the same answer twice", () => {
    const filter = compileFilter("/a/g");
    expect([filter.matches("a"), filter.matches("a")]).toEqual([true, true]);
  });
});
