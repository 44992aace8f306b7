/** Made-up answers of a classifier, sample by sample, for the fixture. */

import type { EvaluationItem, EvaluationRequest, ExampleItem, ExampleList, ExamplesRequest, PredictionHistory } from "./source";

const NAMES = ["お", "き", "す"];
const ROWS = 300;
const BINS = 15;

/** True class and score of it: the later the row, the surer and the more often right. */
function sample(row: number, skill: number): { target: number; predicted: number; score: number } {
  const target = row % NAMES.length;
  const score = 0.34 + 0.65 * Math.min(1, ((row * 7919) % ROWS) / ROWS + skill / 10);
  return { target, predicted: (row * 31) % 17 > 2 + skill ? target : (target + 1) % NAMES.length, score };
}

export function fixtureEvaluation(request: EvaluationRequest, runs: readonly string[]): EvaluationItem[] {
  return request.records.map(({ run, tag, step }) => {
    const samples = Array.from({ length: ROWS }, (_, row) => sample(row, runs.indexOf(run)));
    const counts = NAMES.map((_, target) => [...NAMES.map((_, predicted) => samples.filter((one) => one.target === target && one.predicted === predicted).length), 0]);
    const right = samples.filter((one) => one.target === one.predicted);
    const inBin = (all: typeof samples, bin: number) => all.filter((one) => Math.min(BINS - 1, Math.floor(one.score * BINS)) === bin);
    const bins = Array.from({ length: BINS }, (_, bin) => bin);
    const hits = counts.map((row, index) => row[index]!);
    const predicted = NAMES.map((_, index) => counts.reduce((sum, row) => sum + row[index]!, 0));
    const thresholds = Array.from({ length: 41 }, (_, index) => 1 - index / 40);
    return {
      run, tag, step: step ?? 800, wall_time: null, error: null, key: `${run}-${step}`,
      row_count: ROWS, total_row_count: ROWS, known_count: ROWS, unanswered_count: 0,
      class_names: NAMES, image_width: null, image_height: null, right_count: right.length, mean_loss: 0.41,
      curves: (request.classes ?? [0, 1, 2]).map((class_index) => ({
        class_index, positive_count: 100, negative_count: 200, nan_count: 0, area: 0.94 - class_index / 50, average_precision: 0.9 - class_index / 40,
        thresholds,
        true_positives: thresholds.map((at) => Math.round(100 * (1 - at ** (4 - class_index)))),
        false_positives: thresholds.map((at) => Math.round(200 * (1 - at) ** (3 - class_index / 2))),
      })),
      confusion: { classes: [0, 1, 2], other_count: 0, counts },
      rates: {
        precision: hits.map((hit, index) => hit / predicted[index]!), recall: hits.map((hit) => hit / 100),
        f1: hits.map((hit, index) => (2 * hit) / (predicted[index]! + 100)), support: [100, 100, 100], predicted, hits,
      },
      calibration: [{
        class_index: null, counts: bins.map((bin) => inBin(samples, bin).length),
        mean_scores: bins.map((bin) => (inBin(samples, bin).length > 0 ? (bin + 0.5) / BINS : null)),
        rates: bins.map((bin) => (inBin(samples, bin).length > 0 ? inBin(right, bin).length / inBin(samples, bin).length : null)),
        expected_error: 0.043, largest_error: 0.12,
      }],
      histograms: [{ class_index: null, positives: bins.map((bin) => inBin(right, bin).length), negatives: bins.map((bin) => inBin(samples, bin).length - inBin(right, bin).length) }],
    };
  });
}

function item(row: number): ExampleItem {
  const { target, predicted, score } = sample(row, 0);
  const true_score = target === predicted ? score : (1 - score) / 2;
  return { row, id: String(row), target, predicted, score, true_score, loss: -Math.log(true_score), suggested: null, has_image: false, image_problem: null };
}

export function fixtureExamples({ run, tag, first = 0, count = 24 }: ExamplesRequest, revision: number): ExampleList {
  const rows = Array.from({ length: Math.max(0, Math.min(count, ROWS - first)) }, (_, index) => first + index);
  return { run, tag, step: 800, revision, key: "made-up", has_images: false, total: ROWS, examples: rows.map(item) };
}

export function fixtureHistory(run: string, tag: string, row: number, steps: readonly number[], revision: number): PredictionHistory {
  return { run, tag, revision, record_count: steps.length, records: steps.map((step) => ({ step, wall_time: null, example: item(row), error: null })) };
}
