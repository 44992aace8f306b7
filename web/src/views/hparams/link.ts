/** What the view keeps in the page's link, as one JSON text; a link that was cut or changed by hand still opens. */

import { readColumn } from "./columns";
import type { Condition } from "./conditions";
import type { ScaleKind } from "./scales";
import type { Aggregate } from "./table";

export type Panel = "parallel" | "matrix" | "importance";

export interface HParamsLink {
  panel: Panel;
  /** Keys of the columns in order; null: the page's own choice. */
  columns: readonly string[] | null;
  sort: { readonly key: string; readonly descending: boolean } | null;
  filters: Readonly<Record<string, Condition>>;
  /** Brushes whose runs were taken out. */
  excluded: readonly Readonly<Record<string, Condition>>[];
  brushes: Readonly<Record<string, Condition>>;
  scales: Readonly<Record<string, ScaleKind>>;
  inverted: readonly string[];
  /** Key of the column that colours the lines; "run" for the runs' own colours, null for the metric. */
  color: string | null;
  /** Empty: no groups; "session", "hparams", or the key of a hyperparameter. */
  group: string;
  aggregate: Aggregate;
  /** Key of the metric that everything is judged by. */
  metric: string | null;
  /** Metrics whose best is not what their name says: "group|tag". */
  flipped: readonly string[];
  rank: boolean;
  /** Runs without hyperparameters are rows too. */
  all: boolean;
}

export const EMPTY: HParamsLink = {
  panel: "parallel", columns: null, sort: null, filters: {}, excluded: [], brushes: {}, scales: {}, inverted: [], color: null,
  group: "", aggregate: "mean", metric: null, flipped: [], rank: false, all: false,
};

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === "object" && !Array.isArray(value);
const isHParam = (value: unknown): boolean => value === null || ["number", "string", "boolean"].includes(typeof value);
const strings = (value: unknown): string[] | null => (Array.isArray(value) && value.every((one) => typeof one === "string") ? value : null);

function readCondition(value: unknown): Condition | null {
  if (!isObject(value)) return null;
  const { ranges, values, spans, pattern, missing } = value;
  const isRange = (one: unknown): boolean => Array.isArray(one) && one.length === 2 && one.every((end) => typeof end === "number");
  const isSpan = (one: unknown): boolean => Array.isArray(one) && one.length === 2 && one.every(isHParam);
  return {
    ...(Array.isArray(spans) && spans.every(isSpan) ? { spans: spans as [string, string][] } : {}),
    ...(Array.isArray(ranges) && ranges.every(isRange) ? { ranges: ranges as [number, number][] } : {}),
    ...(Array.isArray(values) && values.every(isHParam) ? { values: values as string[] } : {}),
    ...(typeof pattern === "string" ? { pattern } : {}),
    ...(typeof missing === "boolean" ? { missing } : {}),
  };
}

function readConditions(value: unknown): Record<string, Condition> {
  const found: Record<string, Condition> = {};
  for (const [key, one] of Object.entries(isObject(value) ? value : {})) {
    const condition = readCondition(one);
    if (condition && readColumn(key)) found[key] = condition;
  }
  return found;
}

function oneOf<T extends string>(value: unknown, options: readonly T[]): T | null {
  return options.includes(value as T) ? (value as T) : null;
}

export function readLink(text: string): HParamsLink {
  let said: unknown = null;
  try {
    said = JSON.parse(text || "null");
  } catch {
    // Cut short: the view opens as it comes.
  }
  if (!isObject(said)) return EMPTY;
  const sort = isObject(said.sort) && typeof said.sort.key === "string" ? { key: said.sort.key, descending: said.sort.descending === true } : null;
  const scales = Object.entries(isObject(said.scales) ? said.scales : {}).flatMap(([key, kind]) => {
    const known = oneOf(kind, ["linear", "log", "quantile", "categorical"]);
    return known ? [[key, known] as const] : [];
  });
  return {
    panel: oneOf(said.panel, ["parallel", "matrix", "importance"]) ?? "parallel",
    columns: strings(said.columns)?.filter((key) => readColumn(key) !== null) ?? null,
    sort,
    filters: readConditions(said.filters),
    excluded: Array.isArray(said.excluded) ? said.excluded.map(readConditions) : [],
    brushes: readConditions(said.brushes),
    scales: Object.fromEntries(scales),
    inverted: strings(said.inverted) ?? [],
    color: typeof said.color === "string" ? said.color : null,
    group: typeof said.group === "string" ? said.group : "",
    aggregate: oneOf(said.aggregate, ["mean", "median", "min", "max"]) ?? "mean",
    metric: typeof said.metric === "string" && readColumn(said.metric)?.kind === "metric" ? said.metric : null,
    flipped: strings(said.flipped) ?? [],
    rank: said.rank === true,
    all: said.all === true,
  };
}

/** Empty where everything is as it comes. */
export function writeLink(link: HParamsLink): string {
  const own = Object.entries(link).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(EMPTY[name as keyof HParamsLink]));
  return own.length === 0 ? "" : JSON.stringify(Object.fromEntries(own));
}

/** The link with those parts of the one before that say the same: what is derived from them need not be made again. */
export function keepParts(link: HParamsLink, before: HParamsLink): HParamsLink {
  const kept = Object.entries(link).map(([name, value]) => {
    const known = before[name as keyof HParamsLink];
    return [name, JSON.stringify(value) === JSON.stringify(known) ? known : value];
  });
  return Object.fromEntries(kept) as HParamsLink;
}
