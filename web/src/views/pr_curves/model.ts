/** Precision-recall curves as they were logged, and what is read off them. */

import type { PrCurveItem } from "../../api/source";

export interface PrCurve {
  readonly step: number;
  readonly wallTime: number | null;
  /** Ascending from 0 to 1; all columns have one length. */
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  readonly trueNegatives: Float64Array;
  readonly falseNegatives: Float64Array;
  /** NaN where nothing is predicted positive: there is no precision of nothing. */
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  /** Why it cannot be shown whole, or null. */
  readonly error: string | null;
}

const column = (numbers: readonly (number | string)[]) => Float64Array.from(numbers, Number);

export function prCurveOf(item: PrCurveItem): PrCurve {
  const [tp, fp, fn] = [column(item.true_positives), column(item.false_positives), column(item.false_negatives)];
  const counted = tp.some((count, index) => count + (fp[index] as number) > 0);
  const logged = column(item.precision);
  // The format writes 0 for a precision of nothing, which would draw a fall to 0 that never was.
  const precision = logged.map((value, index) => (counted && (tp[index] as number) + (fp[index] as number) <= 0 ? NaN : value));
  const recall = column(item.recall);
  return {
    step: item.step,
    wallTime: item.wall_time,
    thresholds: column(item.thresholds),
    truePositives: tp,
    falsePositives: fp,
    trueNegatives: column(item.true_negatives),
    falseNegatives: fn,
    precision,
    recall,
    error: item.error ?? contradiction(tp, fp, fn, logged, recall),
  };
}

/** In words, where the rates are not those of the counts, or a count is none. */
function contradiction(tp: Float64Array, fp: Float64Array, fn: Float64Array, precision: Float64Array, recall: Float64Array): string | null {
  for (let index = 0; index < tp.length; index += 1) {
    const [hits, wrong, missed] = [tp[index], fp[index], fn[index]] as [number, number, number];
    if (hits < 0 || wrong < 0 || missed < 0) return `a count is negative at threshold number ${index}`;
    const off = (rate: number, of: number) => of > 0 && Math.abs(rate - hits / of) > 1e-3;
    if (off(precision[index] as number, hits + wrong)) return `precision and counts disagree at threshold number ${index}`;
    if (off(recall[index] as number, hits + missed)) return `recall and counts disagree at threshold number ${index}`;
  }
  return null;
}

/**
 * Area under the steps of the curve: the sum of each gain in recall times the precision there (average precision as in
 * scikit-learn's `average_precision_score`, on the thresholds that were logged). NaN where nothing has a precision.
 */
export function averagePrecision({ precision, recall }: Pick<PrCurve, "precision" | "recall">): number {
  let sum = NaN;
  let above = 0;
  for (let index = recall.length - 1; index >= 0; index -= 1) {
    const [rate, hit] = [precision[index] as number, recall[index] as number];
    if (!Number.isFinite(rate) || !Number.isFinite(hit)) continue;
    sum = (Number.isNaN(sum) ? 0 : sum) + (hit - above) * rate;
    above = hit;
  }
  return sum;
}

export function f1(precision: number, recall: number): number {
  // NaN stays NaN; both 0 is the worst score, not an undefined one.
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/** Where F1 is largest; -1 where it is nowhere defined. */
export function bestF1({ precision, recall }: Pick<PrCurve, "precision" | "recall">): number {
  let best = -1;
  let most = -Infinity;
  for (let index = 0; index < recall.length; index += 1) {
    const here = f1(precision[index] as number, recall[index] as number);
    if (here > most) [most, best] = [here, index];
  }
  return best;
}

/** The last threshold that is not above the one asked for: that at which a prediction of exactly so much counts as positive. */
export function thresholdIndex(thresholds: Float64Array, wanted: number): number {
  let found = 0;
  for (let index = 0; index < thresholds.length && (thresholds[index] as number) <= wanted + 1e-12; index += 1) found = index;
  return found;
}

/** Lower end of the square that shows where the curves part, up to 1; 0 where they part everywhere. */
export function closeUp(curves: readonly Pick<PrCurve, "precision" | "recall">[]): number {
  let lowest = 1;
  for (const { precision, recall } of curves) {
    let balanced = 0;
    precision.forEach((rate, index) => {
      const least = Math.min(rate, recall[index] as number);
      if (least > balanced) balanced = least;
    });
    lowest = Math.min(lowest, balanced);
  }
  const edge = Math.floor((1 - (1 - lowest) * 2) * 20) / 20;
  return Math.min(0.95, Math.max(0, edge));
}

/** Recall and precision along which F1 is the same, from a precision of 1 to a recall of 1. */
export function equalF1(score: number): { x: Float64Array; y: Float64Array } {
  const first = score / (2 - score);
  const x = Float64Array.from({ length: 101 }, (_, index) => first + (index / 100) * (1 - first));
  return { x, y: x.map((recall) => (score * recall) / (2 * recall - score)) };
}
