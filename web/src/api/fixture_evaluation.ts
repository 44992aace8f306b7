/** Made-up results of a classifier, for the fixture. */

import type { PrCurveItem } from "./source";

const POSITIVES = 200;
const NEGATIVES = 1800;
const THRESHOLDS = 101;

/** Positives scored below the threshold are missed, negatives above it are false alarms; more skill, fewer of both. */
export function prCurveItem(sample: number, step: number, wallTime: number, skill: number): PrCurveItem {
  const thresholds = Array.from({ length: THRESHOLDS }, (_, index) => index / (THRESHOLDS - 1));
  const hits = thresholds.map((at) => Math.round(POSITIVES * (1 - at ** (2 + skill))));
  const wrong = thresholds.map((at) => Math.round(NEGATIVES * (1 - at) ** (4 + 4 * skill)));
  return {
    sample,
    step,
    wall_time: wallTime,
    thresholds,
    true_positives: hits,
    false_positives: wrong,
    true_negatives: wrong.map((count) => NEGATIVES - count),
    false_negatives: hits.map((count) => POSITIVES - count),
    precision: hits.map((count, index) => count / Math.max(1, count + (wrong[index] as number))),
    recall: hits.map((count) => count / POSITIVES),
    error: null,
  };
}
