import { describe, expect, it } from "vitest";
import type { RunInfo } from "../api/source";
import { commonFolder, shortNames, splitLabel, withoutShared } from "../lib/runnames";
import { flatRowsOf, rowsOf } from "./runtree";

const run = (name: string): RunInfo => ({
  name, first_wall_time: 0, last_wall_time: 0, last_step: 0, point_count: 1, file_count: 1, problem_count: 0, live: false,
});
const shape = (names: string[], closed: string[] = []) =>
  rowsOf(names.map(run), new Set(closed), "logs").map((row) => `${" ".repeat(row.depth)}${row.kind === "group" ? `[${row.label}]` : row.label}`);

describe("rowsOf", () => {
  it("groups by folder and names runs within it", () => {
    expect(shape(["a", "s/x", "s/y"])).toEqual(["a", "[s]", " x", " y"]);
  });

  it("makes no group of one run, and one of a chain of folders", () => {
    expect(shape(["a/b/only", "d/e/x", "d/e/y"])).toEqual(["a/b/only", "[d/e]", " x", " y"]);
  });

  it("shows a run that is a folder too beside its group", () => {
    expect(shape([".", "a", "a/x", "a/y"])).toEqual(["logs", "a", "[a]", " x", " y"]);
  });

  it("hides what is in a closed group but counts it", () => {
    expect(shape(["s/x", "s/t/y", "s/t/z"], ["s"])).toEqual(["[s]"]);
    expect(rowsOf(["s/x", "s/t/y", "s/t/z"].map(run), new Set(["s"]), "")[0]).toMatchObject({ runs: ["s/x", "s/t/y", "s/t/z"] });
  });

  it("puts whole names one under the other when flat", () => {
    expect(flatRowsOf([".", "s/x"].map(run), "logs").map((row) => row.label)).toEqual(["logs", "s/x"]);
  });
});

it.each([
  ["short", ["short", ""]],
  ["adam learning_rate=0.001 bs=32", ["adam learning_rate=0.001", " bs=32"]],
  ["lr=0.001,bs=32,seed=28", ["lr=0.001,bs=32", ",seed=28"]],
  ["abcdefghijklmnopqrstuvwxyz", ["abcdefghijklmnopqr", "stuvwxyz"]],
])("keeps the end of a long name: %s", (label, parts) => {
  expect(splitLabel(label)).toEqual(parts);
});

it.each([
  [["a/b/x", "a/b/y"], "a/b/"],
  [["a/b/x", "a/c"], "a/"],
  [["a/b", "ab/c"], ""],
  [["a/b"], "a/"],
  [[], ""],
])("finds the folder that %j share", (names, folder) => {
  expect(commonFolder(names)).toBe(folder);
});

describe("shortNames", () => {
  it("keeps as many folders as tell a name from the others", () => {
    const names = ["a/seed1", "b/seed1", "b/wide", "wide/deep", ".", "x/"];
    expect([...shortNames(names)]).toEqual([["a/seed1", "a/seed1"], ["b/seed1", "b/seed1"], ["b/wide", "wide"], ["wide/deep", "deep"], [".", "."], ["x/", "x/"]]);
  });
});

describe("withoutShared", () => {
  it("leaves out what all have, where that makes room", () => {
    expect(withoutShared(["lr=0.1 batch=32 adam seed=1", "lr=0.01 batch=32 sgd seed=1"])).toEqual(["lr=0.1 … adam …", "lr=0.01 … sgd …"]);
    expect(withoutShared(["resnet-50 lr=0.1 augmented", "resnet-50 lr=0.2 augmented"])).toEqual(["… lr=0.1 …", "… lr=0.2 …"]);
    expect(withoutShared(["a b", "a c"])).toEqual(["a b", "a c"]);
    expect(withoutShared(["the same words all over", "the same words all over"])).toEqual(["the same words all over", "the same words all over"]);
    expect(withoutShared(["one alone that is rather long"])).toEqual(["one alone that is rather long"]);
  });
});
