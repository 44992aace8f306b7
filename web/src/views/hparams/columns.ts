/** The columns that a table of runs may have, and their names in links. */

import type { MetricInfo, MetricQuestion } from "../../api/source";

export type StatisticKind = "best" | "last" | "first" | "minimum" | "maximum" | "mean_of_last" | "at_step";

export interface MetricChoice {
  readonly tag: string;
  readonly group: string;
  readonly statistic: StatisticKind;
  /** Points of `mean_of_last`, the step of `at_step`; 0 for the others. */
  readonly number: number;
}

export type Column =
  | { readonly kind: "hparam"; readonly key: string; readonly name: string }
  | { readonly kind: "metric"; readonly key: string; readonly metric: MetricChoice }
  | { readonly kind: "info"; readonly key: string; readonly name: InfoName };

export const INFO_NAMES = { status: "Status", time: "Time", group: "Group", started: "Started", runs: "Runs" } as const;
export type InfoName = keyof typeof INFO_NAMES;

const STATISTICS: Readonly<Record<string, StatisticKind>> = { best: "best", last: "last", first: "first", min: "minimum", max: "maximum", mean: "mean_of_last", at: "at_step" };
const WORDS = Object.fromEntries(Object.entries(STATISTICS).map(([word, kind]) => [kind, word])) as Record<StatisticKind, string>;

export const hparamKey = (name: string): string => `h:${name}`;
export const infoKey = (name: InfoName): string => `i:${name}`;

export function metricKey({ tag, group, statistic, number }: MetricChoice): string {
  const counted = statistic === "mean_of_last" || statistic === "at_step";
  return `m:${WORDS[statistic]}${counted ? number : ""}:${group}|${tag}`;
}

/** Null for what is no column's key. */
export function readColumn(key: string): Column | null {
  if (key.startsWith("h:")) return { kind: "hparam", key, name: key.slice(2) };
  if (key.startsWith("i:") && key.slice(2) in INFO_NAMES) return { kind: "info", key, name: key.slice(2) as InfoName };
  const found = /^m:([a-z]+)(-?\d+)?:([^|]*)\|(.*)$/s.exec(key);
  const statistic = found && STATISTICS[found[1]!];
  if (!statistic) return null;
  const metric = { statistic, number: Number(found[2] ?? 0), group: found[3]!, tag: found[4]! };
  return { kind: "metric", key: metricKey(metric), metric };
}

export const sameMetric = (a: { tag: string; group: string }, b: { tag: string; group: string }): boolean => a.tag === b.tag && a.group === b.group;

export function metricName(metric: { tag: string; group: string }, infos: readonly MetricInfo[] = []): string {
  const info = infos.find((each) => sameMetric(each, metric));
  if (info?.display_name) return info.display_name;
  return metric.group ? `${metric.group}/${metric.tag}` : metric.tag;
}

/** "best", "mean of last 5", "at step 400". */
export function statisticName({ statistic, number }: MetricChoice, less: boolean): string {
  if (statistic === "best") return `best, ${less ? "least" : "most"}`;
  if (statistic === "mean_of_last") return `mean of last ${number}`;
  if (statistic === "at_step") return `at step ${number}`;
  return statistic;
}

/** What is asked of the server. */
export function questionOf({ tag, group, statistic, number }: MetricChoice, less: boolean): MetricQuestion {
  if (statistic === "best") return { tag, group, statistic: less ? "minimum" : "maximum" };
  if (statistic === "mean_of_last") return { tag, group, statistic, count: Math.max(1, number) };
  return statistic === "at_step" ? { tag, group, statistic, step: number } : { tag, group, statistic };
}
