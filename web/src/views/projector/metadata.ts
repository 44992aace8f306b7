/** Columns of labels: numbers or classes, which are good to colour by, and what a search finds in them. */

import { compareNatural } from "../../lib/natural";
import { compileFilter } from "../../lib/textfilter";

export interface Column {
  readonly name: string;
  readonly values: readonly string[];
  /** Null where some value is no number. */
  readonly numbers: Float64Array | null;
  /** Each value once, in natural order; cut where there are very many. */
  readonly classes: readonly string[];
  readonly classCount: number;
}

/** More are told apart by nobody; TensorBoard stops there too. */
export const MOST_CLASSES = 50;

export function readColumn(name: string, values: readonly string[]): Column {
  const distinct = new Set(values);
  const classCount = distinct.size;
  let numbers: Float64Array | null = new Float64Array(values.length);
  let some = false;
  for (let row = 0; row < values.length && numbers; row += 1) {
    const text = values[row]!.trim();
    const value = text === "" || /^nan$/i.test(text) ? NaN : Number(text.replace(/^([+-]?)inf(inity)?$/i, "$1Infinity"));
    if (text !== "" && Number.isNaN(value) && !/^nan$/i.test(text)) numbers = null;
    else {
      numbers[row] = value;
      some ||= Number.isFinite(value);
    }
  }
  const classes = classCount <= 5000 ? [...distinct].sort(compareNatural) : [];
  return { name, values, numbers: some ? numbers : null, classes, classCount };
}

const NAMED = /^(label|class|target|category|type|y|true|digit|species|cluster)/i;

/** The column that one would colour by: few classes, and named as labels are; null where there is none. */
export function columnToColor(columns: readonly Column[]): Column | null {
  const good = columns.filter((column) => column.classCount > 1 && column.classCount <= MOST_CLASSES);
  const named = good.find((column) => NAMED.test(column.name));
  return named ?? good.find((column) => column.numbers === null) ?? good[0] ?? columns.find((column) => column.numbers !== null && column.classCount > 1) ?? null;
}

export function columnToLabel(columns: readonly Column[]): Column | null {
  return columnToColor(columns) ?? columns[0] ?? null;
}

/** Rows whose value a search finds, and why its expression cannot be used. */
export function searched(column: Column | null, text: string): { readonly rows: readonly number[]; readonly error: string | null } {
  const filter = compileFilter(text);
  if (column === null || filter.empty || filter.error !== null) return { rows: [], error: filter.error };
  const rows: number[] = [];
  // Each value once: a class has thousands of rows.
  const known = new Map<string, boolean>();
  column.values.forEach((value, row) => {
    let matches = known.get(value);
    if (matches === undefined) known.set(value, (matches = filter.matches(value)));
    if (matches) rows.push(row);
  });
  return { rows, error: null };
}

/** Points of one value of `by`, joined one after the other: pairs of rows. `shown` says which take part. */
export function sequences(by: Column, shown: Uint32Array, order: Column | null = null): Uint32Array {
  const groups = new Map<string, number[]>();
  for (const row of [...shown].sort((a, b) => a - b)) {
    const value = by.values[row]!;
    if (value === "") continue;
    const group = groups.get(value);
    if (group) group.push(row);
    else groups.set(value, [row]);
  }
  const pairs: number[] = [];
  for (const group of groups.values()) {
    if (order?.numbers) group.sort((a, b) => order.numbers![a]! - order.numbers![b]! || a - b);
    for (let at = 1; at < group.length; at += 1) pairs.push(group[at - 1]!, group[at]!);
  }
  return Uint32Array.from(pairs);
}

/** As TensorBoard's metadata has it: `__next__` or `__seq_next__` names the row that a line leads to. */
export function nextRows(column: Column, shown: Uint32Array): Uint32Array {
  const drawn = new Set(shown);
  const pairs: number[] = [];
  for (const row of shown) {
    const next = column.numbers?.[row];
    if (next !== undefined && Number.isInteger(next) && drawn.has(next)) pairs.push(row, next);
  }
  return Uint32Array.from(pairs);
}
