/** The mean of a metric over every pair of values of two hyperparameters. */

import { compareHParams, formatHParam, type HParam } from "../../lib/hparam";
import { isNumeric } from "./scales";
import type { Cell } from "./conditions";

/** More distinct values than this are put together, an equal share of the runs in each. */
const MOST_LEVELS = 8;

export interface Levels {
  readonly labels: readonly string[];
  /** Index of the label; -1 where the run has no value. */
  readonly of: (cell: Cell) => number;
}

export function levelsOf(cells: readonly Cell[]): Levels {
  const values = [...new Set(cells.filter((cell) => cell !== undefined) as HParam[])].sort(compareHParams);
  if (values.length <= MOST_LEVELS || !isNumeric(cells)) {
    const shown = values.slice(0, MOST_LEVELS * 2);
    const places = new Map(shown.map((value, index) => [value, index]));
    return { labels: shown.map(formatHParam), of: (cell) => (cell === undefined ? -1 : (places.get(cell) ?? -1)) };
  }
  const numbers = (cells.filter((cell) => typeof cell === "number" && Number.isFinite(cell)) as number[]).sort((a, b) => a - b);
  const edges = [...new Set(Array.from({ length: MOST_LEVELS + 1 }, (_, index) => numbers[Math.round((index * (numbers.length - 1)) / MOST_LEVELS)]!))];
  const short = (value: number): string => formatHParam(Number(value.toPrecision(2)));
  return {
    labels: edges.slice(1).map((edge, index) => `${short(edges[index]!)} to ${short(edge)}`),
    of: (cell) => {
      if (typeof cell !== "number" || !Number.isFinite(cell)) return -1;
      const above = edges.findIndex((edge) => edge > cell);
      return above < 0 ? edges.length - 2 : Math.max(0, above - 1);
    },
  };
}

export interface CellMean {
  /** Of the finite values; NaN where there is none. */
  readonly mean: number;
  readonly count: number;
  /** Runs whose value is not finite: they could not learn. */
  readonly nonfinite: number;
  readonly rows: readonly number[];
}

export interface Interaction {
  readonly across: Levels;
  readonly down: Levels;
  /** Row by row, from the top: `down.labels.length * across.labels.length`. */
  readonly cells: readonly CellMean[];
}

export function interactionOf(rows: readonly number[], first: readonly Cell[], second: readonly Cell[], metric: readonly Cell[]): Interaction {
  const across = levelsOf(rows.map((row) => first[row]));
  const down = levelsOf(rows.map((row) => second[row]));
  const [columns, lines] = [across.labels.length, down.labels.length];
  const members: number[][] = Array.from({ length: columns * lines }, () => []);
  for (const row of rows) {
    const [x, y] = [across.of(first[row]), down.of(second[row])];
    if (x >= 0 && y >= 0 && typeof metric[row] === "number") members[(lines - 1 - y) * columns + x]!.push(row);
  }
  const cells = members.map((at): CellMean => {
    const finite = at.map((row) => metric[row] as number).filter(Number.isFinite);
    const mean = finite.length === 0 ? NaN : finite.reduce((sum, value) => sum + value / finite.length, 0);
    return { mean, count: finite.length, nonfinite: at.length - finite.length, rows: at };
  });
  return { across, down: { labels: [...down.labels].reverse(), of: down.of }, cells };
}
