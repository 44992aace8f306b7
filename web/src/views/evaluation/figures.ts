/** Numbers of an evaluation as the charts want them. */

import type { ClassCurve, ClassRates, Confusion } from "../../api/source";
import type { Curve } from "../../charts/curves";
import type { MatrixCell } from "../../charts/matrix";
import { formatCount } from "../../lib/format";

export type Norm = "counts" | "rows" | "columns";
export type CurveKind = "pr" | "roc";

const number = (value: number | string) => Number(value);

/** Precision over recall, or the true over the false positive rate, from nothing predicted to everything. */
export function drawnCurve(curve: ClassCurve, kind: CurveKind): { x: Float64Array; y: Float64Array; thresholds: Float64Array } {
  const thresholds = Float64Array.from(curve.thresholds, number);
  const hits = Float64Array.from(curve.true_positives);
  const alarms = Float64Array.from(curve.false_positives);
  const recall = hits.map((hit) => hit / curve.positive_count);
  if (kind === "pr") return { x: recall, y: hits.map((hit, index) => hit / (hit + alarms[index]!)), thresholds };
  // ROC begins where nothing is predicted, above every score.
  const before = (column: Float64Array) => Float64Array.from([0, ...column]);
  return { x: before(alarms.map((alarm) => alarm / curve.negative_count)), y: before(recall), thresholds: Float64Array.from([Infinity, ...thresholds]) };
}

/** The last point whose threshold is not below the one asked for: what is predicted at it; -1 where that is nothing. */
export function indexAt(thresholds: Float64Array, wanted: number): number {
  let [low, high] = [0, thresholds.length];
  // float32 scores against a typed threshold: 0.3 is meant to take in a score of 0.3.
  const least = Math.fround(wanted);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (thresholds[middle]! >= least) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export const markedCurve = (curve: Omit<Curve, "marks">, thresholds: Float64Array, wanted: number): Curve => {
  const at = indexAt(thresholds, wanted);
  return { ...curve, marks: at < 0 ? [] : [at] };
};

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
export const percent = (share: number) => `${(100 * share).toFixed(share > 0 && share < 0.0995 ? 1 : 0)} %`;

export interface MatrixView {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: readonly (readonly MatrixCell[])[];
}

/** Of each column whether it is shown: that of no answer only where there is one. */
export function shownColumns({ counts }: Confusion, other: Confusion | null): number[] {
  const columns = counts[0]?.length ?? 0;
  const any = (matrix: Confusion | null, column: number) => matrix?.counts.some((row) => (row[column] ?? 0) > 0) ?? false;
  return Array.from({ length: columns }, (_, column) => column).filter((column) => column < columns - 1 || any({ counts } as Confusion, column) || any(other, column));
}

function shares({ counts }: Confusion, norm: Norm): number[][] {
  if (norm === "counts") return counts;
  if (norm === "rows") return counts.map((row) => row.map((value) => value / (sum(row) || 1)));
  const totals = (counts[0] ?? []).map((_, column) => sum(counts.map((row) => row[column]!)));
  return counts.map((row) => row.map((value, column) => value / (totals[column] || 1)));
}

/**
 * The cells of a matrix; with `other`, a matrix of the same classes, what this one has more than it. Right answers and
 * mistakes have a scale of their own: a good classifier's mistakes would else be invisible.
 */
export function matrixView(confusion: Confusion, names: readonly string[], norm: Norm, other: Confusion | null = null): MatrixView {
  const kept = shownColumns(confusion, other);
  const label = (place: number) => {
    const index = confusion.classes[place];
    if (index !== undefined) return names[index] ?? String(index);
    return place === confusion.classes.length && confusion.other_count > 0 ? `${confusion.other_count} others` : "none";
  };
  const values = shares(confusion, norm);
  const others = other ? shares(other, norm) : null;
  const value = (row: number, column: number) => values[row]![column]! - (others?.[row]?.[column] ?? 0);
  const isRight = (row: number, column: number) => row === column && row < confusion.classes.length;
  let [mostRight, mostWrong] = [1e-12, 1e-12];
  confusion.counts.forEach((_, row) => kept.forEach((column) => {
    const size = Math.abs(value(row, column));
    if (isRight(row, column)) mostRight = Math.max(mostRight, size);
    else mostWrong = Math.max(mostWrong, size);
  }));
  const written = (amount: number) => {
    const sign = others && amount > 0 ? "+" : amount < 0 ? "−" : "";
    const size = Math.abs(amount);
    return `${sign}${norm === "counts" ? formatCount(size) : percent(size)}`;
  };
  const cells = confusion.counts.map((row, r) => kept.map((c): MatrixCell => {
    const amount = value(r, c);
    const right = isRight(r, c);
    // More right answers are good, more mistakes are bad.
    const tone = others ? ((amount > 0) === right ? "more" : "less") : c >= confusion.classes.length + (confusion.other_count > 0 ? 1 : 0) ? "none" : right ? "right" : "wrong";
    const count = `${formatCount(row[c]!)} of ${label(r)} taken for ${label(c)}`;
    const compared = other ? `, ${formatCount(other.counts[r]?.[c] ?? 0)} in the other run` : "";
    return { share: Math.abs(amount) / (right ? mostRight : mostWrong), tone, text: amount === 0 ? "" : written(amount), says: `${count}${compared}${norm === "counts" ? "" : `, ${written(amount)} of ${norm === "rows" ? "true" : "predicted"} ${label(norm === "rows" ? r : c)}`}` };
  }));
  return { rows: confusion.counts.map((_, row) => label(row)), columns: kept.map(label), cells };
}

export interface ClassRow {
  readonly index: number;
  readonly name: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
  readonly predicted: number;
}
export type ClassColumn = Exclude<keyof ClassRow, "index">;

export function classRows(rates: ClassRates, names: readonly string[]): ClassRow[] {
  const rate = (value: number | null | undefined) => value ?? NaN;
  return rates.support.map((support, index) => ({ index, name: names[index] ?? String(index), precision: rate(rates.precision[index]), recall: rate(rates.recall[index]), f1: rate(rates.f1[index]), support, predicted: rates.predicted[index]! }));
}

/** NaN stands last either way. */
export function sortClasses(rows: readonly ClassRow[], by: ClassColumn | null, descending: boolean): ClassRow[] {
  if (by === null) return [...rows];
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [a[by], b[by]];
    if (typeof x === "string" || typeof y === "string") return sign * String(x).localeCompare(String(y), undefined, { numeric: true }) || a.index - b.index;
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a.index - b.index;
    return sign * (x - y) || a.index - b.index;
  });
}

/** The plain mean over the classes that occur (macro average): undefined rates count as 0, as scikit-learn counts them. */
export function macroMean(rows: readonly ClassRow[], of: "precision" | "recall" | "f1"): number {
  const occurring = rows.filter((row) => row.support > 0);
  return occurring.length === 0 ? NaN : sum(occurring.map((row) => (Number.isNaN(row[of]) ? 0 : row[of]))) / occurring.length;
}
