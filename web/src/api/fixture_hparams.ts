/** Made-up hyperparameters: a grid in which a large learning rate cannot learn. */

import type { HParamsList, ImportanceAnswer, RunMetricsAnswer, RunMetricsRequest } from "./source";

const RATES = [0.1, 0.01, 0.001];
const BATCHES = [32, 128, 512];
const OPTIMIZERS = ["adam", "rmsprop", "sgd"];

function combination(index: number) {
  return { rate: RATES[index % 3]!, batch: BATCHES[Math.floor(index / 3) % 3]!, optimizer: OPTIMIZERS[Math.floor(index / 9) % 3]! };
}

export function fixtureHParams(revision: number, runs: readonly string[]): HParamsList {
  return {
    revision,
    runs: runs.map((run, index) => {
      const { rate, batch, optimizer } = combination(index);
      return {
        run,
        hparams: { "learning rate": rate, "batch size": batch, optimizer },
        is_session: true,
        group_name: "",
        start_time: 1_790_000_000 + index * 3600,
        status: rate === 0.1 ? ("failure" as const) : ("success" as const),
        end_time: 1_790_000_060 + index * 3600,
        error: null,
      };
    }),
    hparams: [],
    metrics: ["accuracy/val", "loss/val"].map((tag) => ({ tag, group: "", display_name: "", description: "", declared: true, run_count: runs.length })),
  };
}

export function fixtureMetrics(revision: number, names: readonly string[], request: RunMetricsRequest): RunMetricsAnswer {
  const runs = request.runs ?? names;
  return {
    revision,
    runs: [...runs],
    metrics: request.metrics.map(({ tag }) => ({
      values: runs.map((run) => {
        const index = names.indexOf(run);
        if (index < 0) return null;
        const { rate, batch } = combination(index);
        const quality = rate === 0.1 ? 0.1 : 0.95 - 0.01 * Math.log2(batch / 32) - (rate === 0.01 ? 0.03 : 0);
        return tag.includes("loss") ? (rate === 0.1 ? "NaN" : 1 - quality) : quality;
      }),
      steps: runs.map((run) => (names.includes(run) ? 999 : null)),
      nonfinite_counts: runs.map(() => 0),
    })),
  };
}

export function fixtureImportance(revision: number, runs: number): ImportanceAnswer {
  const share = (names: string[], value: number) => ({ names, share: value, low: value * 0.8, high: Math.min(1, value * 1.2), chance: 0.15 });
  const few = runs < 10;
  return {
    revision,
    reason: few ? `${runs} runs have a value of the metric, and 10 are wanted: of fewer nothing can be told from chance` : null,
    shares: few ? [] : [share(["learning rate"], 0.86), share(["batch size"], 0.08), share(["optimizer"], 0.01)],
    interactions: few ? [] : [share(["learning rate", "batch size"], 0.03), share(["learning rate", "optimizer"], 0.01), share(["batch size", "optimizer"], 0)],
    explained: few ? null : 0.8,
    used_count: runs,
    worst_count: 0,
    missing_count: 0,
    constant: [],
  };
}
