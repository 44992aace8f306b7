import { describe, expect, it } from "vitest";
import { compileRunFilter, tagWord } from "./runfilter";

describe("compileRunFilter", () => {
  const passes = (typed: string, name: string, tags: string[] = []) => compileRunFilter(typed).matches(name, tags);

  it("takes names as before", () => {
    expect(compileRunFilter(" ")).toMatchObject({ empty: true, error: null });
    expect(passes("lr=0.1 adam", "Adam lr=0.1")).toBe(true);
    expect(compileRunFilter("/(/").error).toContain("Not a regular expression");
  });

  it("asks for tags, by their beginning, in any case", () => {
    expect(passes("tag:base", "a", ["Baseline"])).toBe(true);
    expect(passes("tag:line", "a", ["baseline"])).toBe(false);
    expect(passes("tag:base", "baseline", [])).toBe(false);
    expect(passes("TAG:x tag:y", "a", ["x", "y"])).toBe(true);
    expect(passes("tag:x tag:y", "a", ["x"])).toBe(false);
    expect(compileRunFilter("tag:x").empty).toBe(false);
  });

  it("takes a name in quotes whole", () => {
    expect(passes('tag:"to keep"', "a", ["to keep"])).toBe(true);
    expect(passes('tag:"to"', "a", ["to keep"])).toBe(false);
    expect(passes(tagWord("to keep"), "a", ["To keep"])).toBe(true);
  });

  it("joins tags and words", () => {
    expect(passes("tag:x adam", "adam 1", ["x"])).toBe(true);
    expect(passes("adam tag:x", "sgd 1", ["x"])).toBe(false);
  });

  it("passes everything while the name of the tag is not typed yet", () => {
    expect(compileRunFilter("tag:").empty).toBe(true);
  });

  it("leaves expressions and words that only contain it alone", () => {
    expect(passes("/tag:x/", "my tag:x run")).toBe(true);
    expect(passes("metatag:x", "metatag:x", [])).toBe(true);
  });
});
