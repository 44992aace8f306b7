import { describe, expect, it } from "vitest";
import type { EmbeddingItem, ProjectionRequest } from "../../api/source";
import { colored } from "./colors";
import { asCell, edited, markOf, readEdits, writeEdits, type Edit } from "./edits";
import { asMetadata } from "./files";
import { START } from "./link";
import { readColumn, type Column } from "./metadata";
import { questionOf } from "./question";
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

describe("edited labels", () => {
  const item = { run: "a", name: "t", error: null } as EmbeddingItem;
  const column = edited(COLUMNS, [{ column: "class", rows: [2], value: "c" }, { column: "mine", rows: [1], value: "x" }], 3);
  const asked = (supervise: string, ignored = "", by: Column | null = column.find(({ name }) => name === supervise)!) =>
    JSON.parse(questionOf(item, { ...START, algorithm: "umap", supervise, ignored }, [], by)!) as ProjectionRequest;

  it("are what supervision is asked for, a number each, -1 for what is empty or ignored", () => {
    expect(asked("class")).toMatchObject({ supervise: "class", labels: [0, 1, 2] });
    expect(asked("class", "b")).toMatchObject({ ignored: "b", labels: [0, -1, 2] });
    expect(asked("mine").labels).toEqual([-1, 1, -1]);
    // Those of the file are known to the server.
    expect(asked("class", "", null)).not.toHaveProperty("labels");
  });

  it("have their colour, and rows without a label none of a class", () => {
    const before = colored(COLUMNS[0]!, true, 3, "dark");
    const after = colored(column[0]!, true, 3, "dark");
    const rgb = ({ colors }: { colors: Uint8Array }, row: number) => [...colors.slice(row * 3, row * 3 + 3)].join();
    expect(rgb(before, 0)).toBe(rgb(before, 2));
    expect(rgb(after, 0)).not.toBe(rgb(after, 2));
    expect(after.legend.kind === "classes" && after.legend.entries.map(({ value, count }) => [value, count])).toEqual([["a", 1], ["b", 1], ["c", 1]]);
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
