/** Runs of one group as one line with a band: seeds of a configuration, runs of a folder, whatever a pattern brings together. */

import { indexAtOrBefore } from "../../lib/nearest";
import { compilePattern } from "../../lib/pattern";
import type { RunLine } from "./lines";

export const SPREADS = ["sd", "minmax", "ci", "iqm"] as const;
export type Spread = (typeof SPREADS)[number];

export const SPREAD_NAMES: Readonly<Record<Spread, string>> = {
  sd: "mean and SD",
  minmax: "mean, min to max",
  ci: "mean and 95 % CI",
  iqm: "IQM and quartiles",
};

/** Places at which a group is worked out where its runs share no steps. */
const GRID_POINTS = 2000;

const SEED_WORD = /[\s_.,/-]*(?<![a-z0-9])(?:seed|trial|rep|repeat|replica|fold|try)[\s_=:#-]*\d+/gi;
/** A number at the end that is neither a part of a date nor the value of a setting. */
const SEED_NUMBER = /(?:[\s_-]?#\d+|[_-]s\d+|(?<![\d=.\s_-])[\s_-]\d{1,3})$/i;

/** The name of a run without what tells seeds apart. */
export function withoutSeed(run: string): string {
  const named = run.replace(SEED_WORD, "");
  const bare = named === run ? run.replace(SEED_NUMBER, "") : named;
  return bare.replace(/^[/\s]+|[/\s]+$/g, "") || run;
}

export function folderOf(run: string): string {
  const slash = run.lastIndexOf("/");
  return slash < 0 ? run : run.slice(0, slash);
}

export interface Grouping {
  /** The group of a run. */
  readonly of: (run: string) => string;
  readonly error: string | null;
}

/** `folder`, `seed`, or a regular expression: runs with the same capture (or match) are a group, others stay alone. Null: no groups. */
export function groupingOf(choice: string): Grouping | null {
  if (choice === "") return null;
  if (choice === "folder") return { of: folderOf, error: null };
  if (choice === "seed") return { of: withoutSeed, error: null };
  const { pattern, error, looked } = compilePattern(choice.slice(1));
  const named = (run: string) => {
    const found = choice.length > 1 && pattern !== null ? pattern.exec(looked(run)) : null;
    return found ? (found.slice(1).filter((part) => part !== undefined).join(" ") || found[0] || run) : run;
  };
  return { of: named, error };
}

/** Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

export interface Summary {
  readonly center: number;
  readonly low: number;
  readonly high: number;
}

function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below] as number, sorted[Math.ceil(at)] as number];
  return low + (high - low) * (at - below);
}

/** Mean of the middle half; values that straddle its ends count in part. */
function interquartileMean(sorted: readonly number[]): number {
  const count = sorted.length;
  const cut = count / 4;
  let sum = 0;
  sorted.forEach((value, index) => (sum += value * Math.max(0, Math.min(index + 1, count - cut) - Math.max(index, cut))));
  return sum / (count / 2);
}

/** Of at least one number. One number is its own band. */
export function summarize(values: readonly number[], spread: Spread): Summary {
  const count = values.length;
  const sorted = [...values].sort((a, b) => a - b);
  if (spread === "iqm") return { center: interquartileMean(sorted), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
  const center = values.reduce((sum, value) => sum + value, 0) / count;
  if (spread === "minmax") return { center, low: sorted[0] as number, high: sorted[count - 1] as number };
  const deviation = count > 1 ? Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (count - 1)) : 0;
  const half = spread === "sd" ? deviation : ((T95[count - 2] ?? 1.96) * deviation) / Math.sqrt(count);
  return { center, low: center - half, high: center + half };
}

/** The x at which a group is worked out: every x of its runs, or as many evenly chosen ones. */
function gridOf(lines: readonly RunLine[]): Float64Array {
  const all = new Set<number>();
  for (const { x } of lines) for (const at of x) all.add(at);
  const sorted = Float64Array.from(all).sort();
  if (sorted.length <= GRID_POINTS) return sorted;
  return Float64Array.from({ length: GRID_POINTS }, (_, index) => sorted[Math.round((index * (sorted.length - 1)) / (GRID_POINTS - 1))] as number);
}

/** A column at `at`, on the straight line between its neighbours; NaN before its first and behind its last point. */
export function valueAt(x: Float64Array, column: Float64Array, at: number): number {
  const before = indexAtOrBefore(x, at);
  if (before < 0) return NaN;
  const low = column[before] as number;
  const from = x[before] as number;
  if (from === at) return low;
  const to = x[before + 1];
  return to === undefined ? NaN : low + ((column[before + 1] as number) - low) * ((at - from) / (to - from));
}

function groupLine(name: string, lines: readonly RunLine[], spread: Spread): RunLine {
  const first = lines[0] as RunLine;
  const grid = gridOf(lines);
  const smoothed = lines.every((line) => line.smoothed !== null);
  const columns = { value: new Float64Array(grid.length), smoothed: new Float64Array(grid.length), low: new Float64Array(grid.length), high: new Float64Array(grid.length) };
  const steps = new Float64Array(grid.length);
  const times = new Float64Array(grid.length);
  const at = (x: number, pick: (line: RunLine) => Float64Array) => lines.map((line) => valueAt(line.x, pick(line), x)).filter((value) => !Number.isNaN(value));
  grid.forEach((x, index) => {
    const raw = summarize(at(x, (line) => line.value), spread);
    const drawn = smoothed ? summarize(at(x, (line) => line.smoothed as Float64Array), spread) : raw;
    columns.value[index] = raw.center;
    columns.smoothed[index] = drawn.center;
    columns.low[index] = drawn.low;
    columns.high[index] = drawn.high;
    steps[index] = Math.round(at(x, (line) => line.step)[0] as number);
    times[index] = Math.max(...at(x, (line) => line.wallTime));
  });
  // A value of any run that is no number shows on the group, and breaks its line.
  const order = lines.flatMap((line) => [...line.nonfinite.x].map((x, index) => ({ x, kind: line.nonfinite.kind[index] as number, step: line.nonfiniteStep[index] as number, time: line.nonfiniteWallTime[index] as number }))).sort((a, b) => a.x - b.x);
  return {
    ...first,
    key: JSON.stringify(["group", name, first.tag]),
    label: first.role === "" ? name : `${name}, ${first.role}`,
    group: name,
    members: lines.map((line) => line.run),
    x: grid,
    value: columns.value,
    smoothed: smoothed ? columns.smoothed : null,
    band: { low: columns.low, high: columns.high },
    step: steps,
    wallTime: times,
    nonfinite: { x: Float64Array.from(order, (one) => one.x), kind: Float64Array.from(order, (one) => one.kind) },
    nonfiniteStep: Float64Array.from(order, (one) => one.step),
    nonfiniteWallTime: Float64Array.from(order, (one) => one.time),
    total: lines.reduce((sum, line) => sum + line.total, 0),
    inRange: lines.reduce((sum, line) => sum + line.inRange, 0),
    shown: lines.reduce((sum, line) => sum + line.shown, 0),
    segments: [],
  };
}

/** One line for each group and tag, in the order of their first runs; a run alone in its group stays as it is. */
export function groupedLines(lines: readonly RunLine[], of: (run: string) => string, spread: Spread): RunLine[] {
  const groups = new Map<string, RunLine[]>();
  for (const line of lines) {
    if (line.segment !== null) continue;
    const key = JSON.stringify([of(line.run), line.tag, line.pass ?? 0]);
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups].map(([key, members]) => {
    const [only] = members;
    return members.length === 1 && only ? only : groupLine((JSON.parse(key) as [string])[0], members, spread);
  });
}
