import { describe, expect, it } from "vitest";
import { asCell, edited, markOf, readEdits, writeEdits, type Edit } from "./edits";
import { asMetadata } from "./files";
import { readColumn } from "./metadata";
import { packed, unpacked } from "./rows";

const COLUMNS = [readColumn("class", ["a", "b", "a"]), readColumn("index", ["0", "1", "2"])];

describe("edits", () => {
  it("change the rows of one column, in their turn, and leave the file's values", () => {
    const made = edited(COLUMNS, [{ column: "class", rows: [0, 2], value: "c" }, { column: "class", rows: [2, 99], value: "d" }], 3);
    expect(made.map(({ values }) => values)).toEqual([["c", "b", "d"], ["0", "1", "2"]]);
    expect(made[0]!.classes).toEqual(["b", "c", "d"]);
    expect(made[1]).toBe(COLUMNS[1]);
    expect(COLUMNS[0]!.values).toEqual(["a", "b", "a"]);
    expect(edited(COLUMNS, [], 3)).toBe(COLUMNS);
  });

  it("turn numbers into classes and make a column where there is none", () => {
    const made = edited(COLUMNS, [{ column: "index", rows: [1], value: "none" }, { column: "mine", rows: [1], value: "x" }], 3);
    expect(made[1]!.numbers).toBeNull();
    expect([made[2]!.name, made[2]!.values]).toEqual(["mine", ["", "x", ""]]);
    expect(edited([], [{ column: "mine", rows: [0], value: "x" }], 2)[0]!.values).toEqual(["x", ""]);
  });

  it("are told apart by a mark, which is empty where there are none", () => {
    const one: Edit = { column: "class", rows: [1], value: "c" };
    expect(markOf([])).toBe("");
    expect(markOf([one])).toMatch(/^1-/);
    expect(markOf([one])).toBe(markOf([{ ...one }]));
    expect(markOf([one])).not.toBe(markOf([{ ...one, value: "d" }]));
  });

  it("come back from what was kept, whatever else stands there", () => {
    const all = new Map([["e", [{ column: "class", rows: [1, 2, 9], value: "c" }]], ["none", []]]);
    expect([...readEdits(JSON.stringify(writeEdits(all)))]).toEqual([["e", [{ column: "class", rows: [1, 2, 9], value: "c" }]]]);
    expect(writeEdits(new Map())).toBeNull();
    for (const text of [null, "", "{", "7", '[{"embedding":3}]', '[{"embedding":"e","edits":[{"column":1},{"column":"c","value":"v","rows":["x"]}]}]']) expect(readEdits(text).size).toBe(0);
  });

  it("hold what fits into a cell", () => {
    expect(asCell(" a\tb\r\nc ")).toBe("a b c");
  });
});

describe("rows", () => {
  it("are stretches, at most as many as are asked for", () => {
    expect(packed([5, 3, 4, 9])).toEqual([3, 3, 9, 1]);
    expect(unpacked([3, 3, 9, 1], 10)).toEqual([3, 4, 5, 9]);
    expect(unpacked([0, 1e9], 4)).toEqual([0, 1, 2, 3]);
    expect(unpacked([-3, 5], 10)).toEqual([]);
  });
});

describe("metadata files", () => {
  it("have a line of names where there are several columns, and none for one", () => {
    expect(asMetadata(COLUMNS)).toBe("class\tindex\na\t0\nb\t1\na\t2\n");
    expect(asMetadata([COLUMNS[0]!])).toBe("a\nb\na\n");
  });
});
