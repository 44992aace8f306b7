import { describe, expect, it } from "vitest";
import { compilePattern, dangerIn, LONGEST_TEXT } from "./pattern";

describe("expressions that people write", () => {
  it.each([
    "loss", "loss|acc", "^train/.*loss$", "(foo|bar)+", "lr=(\\S+)", "seed[-_]?(\\d+)", ".*loss.*train.*", "layer\\d+/(weight|bias)", "(?<lr>[\\d.e-]+)",
    "(a|b)*c", "\\d{1,3}", "^(?!test).*$", "run(-\\d+)?$", "[a-z]+_[0-9]+", "a\\+b+", "(?:ab){2}", "[(+*)]+x", "\\/+", "(?:x{2}y)+",
  ])("%s is taken", (source) => expect(compilePattern(source)).toMatchObject({ error: null }));
});

describe("expressions that could hang the page", () => {
  it.each([
    ["(a+)+$", "within a repetition"], ["(.*)*x", "within a repetition"], ["(?:\\w+\\s?)*$", "within a repetition"], ["((a+)b?)*", "within a repetition"], ["([a-z]{1,20})+x", "within a repetition"], ["(a+){20}", "within a repetition"],
    ["(a|a)*$", "begin alike"], ["(a|ab)+", "begin alike"], ["(\\w|\\d)*x", "begin alike"], ["(a|A)*$", "begin alike"], ["((b|b)c)*", "begin alike"],
    ["(a?a?)*b", "all be missing"], [".*.*.*x", "side by side"], ["\\w*\\s*.*=", "side by side"], ["(a+)(a+)(a+)$", "side by side"], [".*a.*a.*a.*a.*a.*a.*b", "7 repetitions"],
    ["(a)(?:\\1)+", "reference"],
  ])("%s is refused", (source, why) => {
    expect(dangerIn(source)).toContain(why);
    expect(compilePattern(source).pattern).toBeNull();
  });
});

it("says what is no expression at all", () => expect(compilePattern("(").error).toMatch(/^Not a regular expression: /));
it("looks at the beginning of what is very long, where it repeats more than once", () => {
  const seen = (source: string) => compilePattern(source).looked("x".repeat(50_000)).length;
  expect(["x", "fo+", "a.*b.*c", "a+b+c+", "a+b+c+d+"].map(seen)).toEqual([50_000, 50_000, 20_000, 2000, LONGEST_TEXT]);
});

it("answers at once on names made to defeat it, whatever is taken", () => {
  const names = ["a".repeat(LONGEST_TEXT), "ab".repeat(LONGEST_TEXT / 2), `${"a ".repeat(40)}!`];
  const parts = ["a", "a+", "a*", "a?", "(a|b)", "(a|ab)", "(ab)+", "(a+b)*", ".*", "\\w+", "b"];
  const sources: string[] = [];
  for (const one of parts) for (const two of parts) for (const three of parts) sources.push(`${one}${two}${three}$`, `(${one}${two})*${three}!`);
  const taken = sources.flatMap((source) => compilePattern(source).pattern ?? []);
  expect(taken.length).toBeGreaterThan(100);
  const began = performance.now();
  for (const pattern of taken) for (const name of names.slice(2)) pattern.test(name);
  // The hostile ones among them take years.
  expect(performance.now() - began).toBeLessThan(5000);
});
