import { describe, expect, it } from "vitest";
import { ALL, AUTO, NONE, decodeRunSet, encodeRunSet, shortHash, type RunSet } from "./runset";

const only = (...names: string[]): RunSet => ({ mode: "only", names: new Set(names) });
const allBut = (...names: string[]): RunSet => ({ mode: "all", names: new Set(names) });

describe("runs in a link", () => {
  it.each([
    [AUTO, null],
    [ALL, "all"],
    [NONE, "none"],
    [only("a", "b/c"), "only:a,b/c"],
    [allBut("50%, warm-up"), "not:50%25%2C warm-up"],
  ])("writes %j as %s and reads it back", (set, text) => {
    expect(encodeRunSet(set)).toBe(text);
    expect(decodeRunSet(text, [])).toEqual(set);
  });

  it("keeps many runs short", () => {
    const runs = Array.from({ length: 2000 }, (_, index) => `search/learning_rate=${index}`);
    const some = only(...runs.filter((_, index) => index % 2 === 0));
    const text = encodeRunSet(some)!;
    expect(text.length).toBeLessThan(4100);
    expect(decodeRunSet(text, runs)).toEqual(some);
  });

  it("hashes without much trouble", () => {
    const hashes = new Set(Array.from({ length: 2000 }, (_, index) => shortHash(`run_${index}`)));
    expect(hashes.size).toBeGreaterThan(1995);
  });

  it("takes what makes no sense as the page's own choice", () => {
    expect(decodeRunSet("sideways", [])).toEqual(AUTO);
  });
});
