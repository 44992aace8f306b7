/** Columns beside the runs and what they filter by, as plain values that settings and links carry. */

import type { MetricQuestion } from "../api/source";
import { compareHParams, type HParam } from "../lib/hparam";

/** What a metric column says of the run's points. */
export const STATISTICS = ["last", "minimum", "maximum"] as const satisfies readonly MetricQuestion["statistic"][];
export type ColumnStatistic = (typeof STATISTICS)[number];
export const RUN_FACTS = ["step", "written", "began", "duration", "points"] as const;
export type RunFact = (typeof RUN_FACTS)[number];

export type ColumnSubject =
  | { readonly kind: "fact"; readonly name: RunFact }
  | { readonly kind: "hparam"; readonly name: string }
  | { readonly kind: "metric"; readonly name: string; readonly statistic: ColumnStatistic };

export type RunColumn = ColumnSubject & { readonly key: string; /** In CSS pixels. */ readonly width: number };

/** Runs whose value lies within the ends or among the values; `undefinedToo`: those that have none, too. */
export interface ColumnFilter {
  readonly min?: number;
  readonly max?: number;
  /** As `filterValue` writes them. */
  readonly values?: readonly string[];
  readonly undefinedToo: boolean;
}

export const COLUMN_WIDTH = { least: 48, initial: 84, most: 400 } as const;

export function keyOfColumn(subject: ColumnSubject): string {
  return subject.kind === "metric" ? `metric:${subject.statistic}:${subject.name}` : `${subject.kind}:${subject.name}`;
}

/** Null where the key is none of ours. */
export function subjectOf(key: string): ColumnSubject | null {
  const [kind, ...rest] = key.split(":");
  const name = rest.join(":");
  if (kind === "fact") return RUN_FACTS.includes(name as RunFact) ? { kind, name: name as RunFact } : null;
  if (kind === "hparam") return { kind, name };
  const [statistic, ...words] = rest;
  if (kind !== "metric" || !STATISTICS.includes(statistic as ColumnStatistic)) return null;
  return { kind, name: words.join(":"), statistic: statistic as ColumnStatistic };
}

/** From a setting or a link, `[["hparam:lr", 84], …]`; what makes no sense is left out. */
export function parseColumns(text: string): RunColumn[] {
  const found = new Map<string, RunColumn>();
  for (const entry of parseList(text)) {
    const [key, width] = Array.isArray(entry) ? (entry as unknown[]) : [entry];
    const subject = typeof key === "string" ? subjectOf(key) : null;
    if (subject === null || typeof key !== "string") continue;
    const wide = typeof width === "number" && Number.isFinite(width) ? width : COLUMN_WIDTH.initial;
    found.set(key, { ...subject, key, width: Math.min(COLUMN_WIDTH.most, Math.max(COLUMN_WIDTH.least, Math.round(wide))) });
  }
  return [...found.values()];
}

export function writeColumns(columns: readonly RunColumn[]): string {
  return columns.length > 0 ? JSON.stringify(columns.map(({ key, width }) => [key, width])) : "";
}

/** From a link, by key of column; what makes no sense is left out. */
export function parseFilters(text: string): Map<string, ColumnFilter> {
  const filters = new Map<string, ColumnFilter>();
  for (const entry of parseList(text)) {
    if (entry === null || typeof entry !== "object") continue;
    const { key, min, max, values, missing } = entry as Record<string, unknown>;
    if (typeof key !== "string" || subjectOf(key) === null) continue;
    filters.set(key, {
      ...(typeof min === "number" ? { min } : {}),
      ...(typeof max === "number" ? { max } : {}),
      ...(Array.isArray(values) ? { values: values.filter((value) => typeof value === "string") } : {}),
      undefinedToo: missing === true,
    });
  }
  return filters;
}

export function writeFilters(filters: ReadonlyMap<string, ColumnFilter>): string {
  const entries = [...filters].map(([key, { undefinedToo, ...ends }]) => ({ key, ...ends, ...(undefinedToo ? { missing: true } : {}) }));
  return entries.length > 0 ? JSON.stringify(entries) : "";
}

/** A value as filters name it: its type with it, so that the number 1 and the text "1" differ. */
export function filterValue(value: HParam): string {
  return typeof value === "number" && !Number.isFinite(value) ? `"${value}"` : JSON.stringify(value);
}

export function passes(value: HParam | undefined, filter: ColumnFilter): boolean {
  if (value === undefined) return filter.undefinedToo;
  if (filter.values && !filter.values.includes(filterValue(value))) return false;
  if (filter.min === undefined && filter.max === undefined) return true;
  return typeof value === "number" && value >= (filter.min ?? -Infinity) && value <= (filter.max ?? Infinity);
}

/** Order of two runs by a column; what is missing and NaN stand last either way. */
export function compareBy(a: HParam | undefined, b: HParam | undefined, descending: boolean): number {
  const gap = (value: HParam | undefined): number => Number(value === undefined || (typeof value === "number" && Number.isNaN(value)));
  const gaps = gap(a) - gap(b);
  if (gaps !== 0 || gap(a) === 1) return gaps;
  return descending ? compareHParams(b, a) : compareHParams(a, b);
}

function parseList(text: string): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(text || "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    // A link that was cut: as if it said nothing.
    return [];
  }
}
