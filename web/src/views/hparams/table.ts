/** Runs as rows of columns: filtered, grouped, sorted. */

import { compareHParams } from "../../lib/hparam";
import { asks, tester, type Cell, type Condition } from "./conditions";

export interface Row {
  /** The run, or the name of the group. */
  readonly key: string;
  readonly runs: readonly string[];
  /** Positions in the columns of the ungrouped table. */
  readonly members: readonly number[];
}

export interface Table {
  readonly rows: readonly Row[];
  /** One cell a row; empty for a column that is not loaded. */
  readonly cells: (key: string) => readonly Cell[];
}

export type Aggregate = "mean" | "median" | "min" | "max";
export const AGGREGATES: readonly Aggregate[] = ["mean", "median", "min", "max"];

/** Not finite where one of the values is not: a repetition that diverged is no gap to be averaged away. */
export function aggregate(values: readonly number[], by: Aggregate): number {
  if (values.length === 0 || values.some(Number.isNaN)) return NaN;
  if (by === "min") return values.reduce((a, b) => Math.min(a, b));
  if (by === "max") return values.reduce((a, b) => Math.max(a, b));
  if (by === "mean") return values.reduce((sum, value) => sum + value / values.length, 0);
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : sorted[middle - 1]! / 2 + sorted[middle]! / 2;
}

/** One row for each distinct answer of `groupOf`, in the order of their first members. */
export function grouped(base: Table, groupOf: (row: number) => string, isAveraged: (key: string) => boolean, by: Aggregate): Table {
  const groups = new Map<string, number[]>();
  base.rows.forEach((_, index) => {
    const name = groupOf(index);
    const members = groups.get(name);
    if (members) members.push(index);
    else groups.set(name, [index]);
  });
  const rows = [...groups].map(([key, members]): Row => ({
    key: members.length === 1 ? base.rows[members[0]!]!.key : key,
    runs: members.flatMap((member) => base.rows[member]!.runs),
    members,
  }));
  const made = new Map<string, readonly Cell[]>();
  return {
    rows,
    cells: (key) => {
      let cells = made.get(key);
      if (cells === undefined) {
        const all = base.cells(key);
        cells = all.length === 0 ? [] : rows.map(({ members }) => together(members.map((member) => all[member]), isAveraged(key), by));
        made.set(key, cells);
      }
      return cells;
    },
  };
}

function together(cells: readonly Cell[], isAveraged: boolean, by: Aggregate): Cell {
  const there = cells.filter((cell) => cell !== undefined);
  if (there.length === 0) return undefined;
  if (isAveraged && there.every((cell) => typeof cell === "number")) return aggregate(there, by);
  const different = [...new Set(cells)];
  return different.length === 1 ? different[0] : `${different.length} values`;
}

/** Positions of the rows that pass every condition and none of the exclusions. */
export function passing(table: Table, conditions: ReadonlyMap<string, Condition>, excluded: readonly ReadonlyMap<string, Condition>[] = []): number[] {
  const tests = testsOf(table, conditions);
  const outs = excluded.map((each) => testsOf(table, each)).filter((each) => each.length > 0);
  const kept: number[] = [];
  for (let row = 0; row < table.rows.length; row += 1) {
    if (tests.every((test) => test(row)) && !outs.some((out) => out.every((test) => test(row)))) kept.push(row);
  }
  return kept;
}

function testsOf(table: Table, conditions: ReadonlyMap<string, Condition>): ((row: number) => boolean)[] {
  return [...conditions].flatMap(([key, condition]) => {
    const cells = table.cells(key);
    if (!asks(condition) || cells.length === 0) return [];
    const test = tester(condition);
    return [(row: number) => test(cells[row])];
  });
}

/** 1 where the row is brushed on every axis that has a brush; all 1 where none has. */
export function brushed(table: Table, rows: readonly number[], brushes: ReadonlyMap<string, Condition>): Uint8Array {
  const tests = testsOf(table, brushes);
  return Uint8Array.from(rows, (row) => (tests.every((test) => test(row)) ? 1 : 0));
}

const isGap = (cell: Cell): boolean => cell === undefined || (typeof cell === "number" && Number.isNaN(cell));

/** `rows` by one column; what is missing or NaN comes last either way. Equals keep their order. */
export function sorted(rows: readonly number[], cells: readonly Cell[], descending: boolean): number[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const gaps = Number(isGap(cells[a])) - Number(isGap(cells[b]));
    return gaps !== 0 || isGap(cells[a]) ? gaps : sign * compareHParams(cells[a], cells[b]);
  });
}

/** The row with the best finite value; null where there is none. */
export function bestRow(rows: readonly number[], cells: readonly Cell[], less: boolean): number | null {
  let best: number | null = null;
  for (const row of rows) {
    const cell = cells[row];
    if (typeof cell !== "number" || !Number.isFinite(cell)) continue;
    const held = best === null ? null : (cells[best] as number);
    if (held === null || (less ? cell < held : cell > held)) best = row;
  }
  return best;
}
