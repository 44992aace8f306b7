/** Curves as a table: every threshold of every curve, with its counts. */

import { csv } from "../../lib/csv";
import type { PrCurve } from "./model";

export interface NamedCurve {
  readonly run: string;
  readonly tag: string;
  readonly curve: PrCurve;
}

const HEADER = ["run", "tag", "step", "threshold", "precision", "recall", "true_positives", "false_positives", "true_negatives", "false_negatives"];

export function prCsv(curves: readonly NamedCurve[]): string {
  return csv(HEADER, curves.flatMap(({ run, tag, curve }) => Array.from(curve.thresholds, (threshold, index) => [
    run, tag, curve.step, threshold, ...[curve.precision, curve.recall, curve.truePositives, curve.falsePositives, curve.trueNegatives, curve.falseNegatives].map((column) => column[index] as number),
  ])));
}
