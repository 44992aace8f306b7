/** The query string and what it says, as plain functions. */

import type { SmoothingKind, XAxis } from "../api/source";
import { DEFAULTS, RUN_SORTS, type RunSort, type StoredSettings, type Theme, type YScale } from "./settings.svelte";

/** Settings that a link carries; panel widths stay with their browser. */
export type LinkedSettings = Pick<StoredSettings, "theme" | "smoothing" | "smoothingKind" | "xAxis" | "xTag" | "xScale" | "yScale" | "pairTags" | "linkZoom" | "milestonesHidden" | "metricTag" | "flippedMetrics" | "runSort" | "runSortColumn" | "runColumns">;

export interface PageQuery {
  view: string | null;
  filter: string;
  /** See `runset.ts`. */
  runs: string | null;
  step: number | null;
  settings: Partial<LinkedSettings>;
  /** Parameters of views; in the link their names begin with `v.`. */
  params: readonly (readonly [string, string])[];
}

const VIEW_PARAM = "v.";
const THEMES: readonly string[] = ["system", "light", "dark"] satisfies Theme[];
const X_AXES: readonly string[] = ["step", "relative", "wall", "tag"] satisfies XAxis[];
const KINDS: readonly string[] = ["ema", "gaussian", "median"] satisfies SmoothingKind[];
const Y_SCALES: readonly string[] = ["linear", "log", "symlog"] satisfies YScale[];

/** What is missing or makes no sense is left out, so a link that was cut still opens. */
export function readQuery(search: string): PageQuery {
  const query = new URLSearchParams(search);
  const settings: Partial<LinkedSettings> = {};
  const theme = query.get("theme");
  if (theme !== null && THEMES.includes(theme)) settings.theme = theme as Theme;
  const x = query.get("x");
  if (x !== null && X_AXES.includes(x)) settings.xAxis = x as XAxis;
  const xTag = query.get("x_tag");
  if (xTag !== null) settings.xTag = xTag;
  const xScale = query.get("x_scale");
  if (xScale !== null && Y_SCALES.includes(xScale)) settings.xScale = xScale as YScale;
  const kind = query.get("smoothing_kind");
  if (kind !== null && KINDS.includes(kind)) settings.smoothingKind = kind as SmoothingKind;
  const y = query.get("y");
  if (y !== null && Y_SCALES.includes(y)) settings.yScale = y as YScale;
  const smoothing = Number(query.get("smoothing") ?? NaN);
  if (smoothing >= 0 && smoothing <= 0.999) settings.smoothing = smoothing;
  const pair = query.get("pair");
  if (pair === "true" || pair === "false") settings.pairTags = pair === "true";
  const link = query.get("link");
  if (link === "true" || link === "false") settings.linkZoom = link === "true";
  const unmarked = query.get("unmarked");
  if (unmarked !== null) settings.milestonesHidden = unmarked;
  const metric = query.get("metric");
  if (metric !== null) settings.metricTag = metric;
  const sort = query.get("sort");
  if (sort !== null && RUN_SORTS.includes(sort as RunSort)) settings.runSort = sort as RunSort;
  const by = query.get("by");
  if (by !== null) settings.runSortColumn = by;
  const columns = query.get("columns");
  if (columns !== null) settings.runColumns = columns;
  const flipped = query.get("flip");
  if (flipped !== null) settings.flippedMetrics = flipped;
  const step = query.get("step");
  return {
    view: query.get("view"),
    filter: query.get("filter") ?? "",
    runs: query.get("runs"),
    step: step !== null && /^-?\d+$/.test(step) ? Number(step) : null,
    settings,
    params: [...query]
      .filter(([name]) => name.startsWith(VIEW_PARAM))
      .map(([name, value]) => [name.slice(VIEW_PARAM.length), value] as const),
  };
}

/**
 * Begins with "?", or is empty where everything is as it comes. A shared query says every setting, since its reader may
 * have set theirs otherwise, and leaves the theme to them.
 */
export function writeQuery(page: PageQuery, { shared = false } = {}): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string | null | undefined): void => {
    if (value !== null && value !== undefined && value !== "") query.set(name, value);
  };
  const putSetting = (name: string, key: keyof LinkedSettings): void => {
    const value = page.settings[key];
    if (shared || value !== DEFAULTS[key]) put(name, value?.toString());
  };
  put("view", page.view);
  put("runs", page.runs);
  put("filter", page.filter);
  put("step", page.step?.toString());
  putSetting("smoothing", "smoothing");
  putSetting("smoothing_kind", "smoothingKind");
  putSetting("x", "xAxis");
  if (page.settings.xAxis === "tag") putSetting("x_tag", "xTag");
  putSetting("x_scale", "xScale");
  putSetting("y", "yScale");
  putSetting("pair", "pairTags");
  putSetting("link", "linkZoom");
  putSetting("unmarked", "milestonesHidden");
  putSetting("metric", "metricTag");
  putSetting("flip", "flippedMetrics");
  putSetting("sort", "runSort");
  if (page.settings.runSort === "column") putSetting("by", "runSortColumn");
  putSetting("columns", "runColumns");
  if (!shared) putSetting("theme", "theme");
  for (const [name, value] of [...page.params].sort(([a], [b]) => (a < b ? -1 : 1))) put(VIEW_PARAM + name, value);
  const text = query.toString().replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text ? `?${text}` : "";
}

/** Only another view makes a new entry in the browser's history. */
export function replaceable(before: string, after: string): boolean {
  return readQuery(before).view === readQuery(after).view;
}
