import { describe, expect, it } from "vitest";
import { diffLines, edits, type Edit } from "./diff";

/** The same numbers every time. */
function random(seed: number): () => number {
  let state = seed;
  return () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0), state / 2 ** 32);
}

/** The length of the longest common subsequence, the slow and obvious way. */
function common(a: readonly string[], b: readonly string[]): number {
  const row = new Array<number>(b.length + 1).fill(0);
  for (const one of a) {
    let diagonal = 0;
    b.forEach((other, index) => {
      const above = row[index + 1]!;
      row[index + 1] = one === other ? diagonal + 1 : Math.max(above, row[index]!);
      diagonal = above;
    });
  }
  return row[b.length]!;
}

const side = (script: readonly Edit<string>[], kind: "removed" | "added") => script.filter((edit) => edit.kind === "same" || edit.kind === kind).flatMap((edit) => edit.items);

describe("edits", () => {
  it("lead from any text to any other, in the fewest steps", () => {
    const next = random(7);
    for (let round = 0; round < 400; round += 1) {
      const letters = 2 + Math.floor(next() * 4);
      const make = () => Array.from({ length: Math.floor(next() * 14) }, () => "abcdef"[Math.floor(next() * letters)]!);
      const [before, after] = [make(), make()];
      const script = edits(before, after);
      expect(side(script, "removed")).toEqual(before);
      expect(side(script, "added")).toEqual(after);
      const same = script.filter((edit) => edit.kind === "same").reduce((sum, edit) => sum + edit.items.length, 0);
      expect(same, `${before.join("")} to ${after.join("")}`).toBe(common(before, after));
      script.forEach((edit, index) => expect(edit.items.length > 0 && edit.kind !== script[index + 1]?.kind).toBe(true));
    }
  });
  it("of equal texts are none", () => expect(edits(["a", "b"], ["a", "b"])).toEqual([{ kind: "same", items: ["a", "b"] }]));
  it("of nothing are nothing", () => expect(edits([], [])).toEqual([]));
  it("of texts that have nothing in common are bounded", () => {
    const [before, after] = ["x", "y"].map((letter) => Array.from({ length: 20_000 }, (_, index) => `${letter}${index}`)) as [string[], string[]];
    expect(edits(before, after).map(({ kind, items }) => [kind, items.length])).toEqual([["removed", 20_000], ["added", 20_000]]);
  });
});

describe("lines", () => {
  it("tell which words of a line changed", () => {
    expect(diffLines("same\nlr = 0.1 now", "same\nlr = 0.3 now")).toEqual([
      { kind: "same", parts: [{ text: "same", changed: false }] },
      { kind: "removed", parts: [{ text: "lr = 0.", changed: false }, { text: "1", changed: true }, { text: " now", changed: false }] },
      { kind: "added", parts: [{ text: "lr = 0.", changed: false }, { text: "3", changed: true }, { text: " now", changed: false }] },
    ]);
  });
  it("keep every character of both texts", () => {
    const next = random(3);
    for (let round = 0; round < 100; round += 1) {
      const make = () => Array.from({ length: 30 }, () => " ab予\n"[Math.floor(next() * 5)]!).join("");
      const [before, after] = [make(), make()];
      const lines = diffLines(before, after);
      const text = (kind: string) => lines.filter((line) => line.kind === "same" || line.kind === kind).map((line) => line.parts.map((part) => part.text).join("")).join("\n");
      expect([text("removed"), text("added")]).toEqual([before, after]);
    }
  });
});
