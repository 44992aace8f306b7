/** Columns beside the runs in words. */

import { formatCount, formatDuration, formatValue, formatWallTime } from "../lib/format";
import { formatHParam, type HParam } from "../lib/hparam";
import type { ColumnFilter, ColumnSubject, RunFact } from "../state/runcolumns";

export const FACT_NAMES: Readonly<Record<RunFact, string>> = {
  step: "last step",
  written: "last written",
  began: "began",
  duration: "duration",
  points: "points",
};

const STATISTIC_NAMES = { last: "last", minimum: "least", maximum: "greatest" } as const;

/** Whole name of a column. */
export function columnName(subject: ColumnSubject): string {
  if (subject.kind === "fact") return FACT_NAMES[subject.name];
  return subject.kind === "metric" && subject.statistic !== "last" ? `${STATISTIC_NAMES[subject.statistic]} ${subject.name}` : subject.name;
}

/** A value as the column writes it; empty where there is none. */
export function cellText(subject: ColumnSubject, value: HParam | undefined, now = Date.now() / 1000): string {
  if (value === undefined) return "";
  if (subject.kind !== "fact" || typeof value !== "number") return subject.kind === "metric" && typeof value === "number" ? formatValue(value) : formatHParam(value);
  if (subject.name === "duration") return formatDuration(value);
  if (subject.name === "step" || subject.name === "points") return formatCount(value);
  // The day alone is enough for what is long ago, the clock for today.
  const text = formatWallTime(value);
  return text.slice(0, 10) === formatWallTime(now).slice(0, 10) ? text.slice(11) : text.slice(0, 16);
}

/** "0.001 to 0.1", "adam, sgd": what a filter lets pass. */
export function filterText(subject: ColumnSubject, filter: ColumnFilter): string {
  const number = (value: number): string => (subject.kind === "fact" ? cellText(subject, value) : formatHParam(value));
  const parts: string[] = [];
  if (filter.min !== undefined && filter.max !== undefined) parts.push(`${number(filter.min)} to ${number(filter.max)}`);
  else if (filter.min !== undefined) parts.push(`at least ${number(filter.min)}`);
  else if (filter.max !== undefined) parts.push(`at most ${number(filter.max)}`);
  if (filter.values) parts.push(filter.values.length === 0 ? "no value" : filter.values.map((value) => formatHParam(readFilterValue(value))).join(", "));
  if (filter.undefinedToo) parts.push("or none");
  return parts.join(", ");
}

const SPELLED: Readonly<Record<string, number>> = { NaN, Infinity, "-Infinity": -Infinity };

function readFilterValue(text: string): HParam {
  try {
    const value = JSON.parse(text) as HParam;
    return typeof value === "string" && value in SPELLED ? (SPELLED[value] as number) : value;
  } catch {
    return text;
  }
}
