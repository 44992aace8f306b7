/** From series of the API to lines of a chart, to words beside it and rows of the inspector. */

import type { JoinedAxis, ScalarSeries, SegmentInfo } from "../../api/source";
import { firstNonfinite, type Line, type View } from "../../charts/line";
import { formatX } from "../../charts/describe";
import { formatCount, formatDuration, formatQuantity, formatValue, formatWallTime } from "../../lib/format";
import { nearestIndex } from "../../lib/nearest";
import type { Horizontal } from "./loader";
import type { XAxis } from "../../api/source";

/** Overwritten segments are dashed. */
const SEGMENT_DASH = [4, 3];
/** By the place of a tag in its card. */
const TAG_DASHES: readonly (readonly number[])[] = [
  [], [7, 4], [2, 3], [9, 3, 2, 3], [14, 4], [5, 2, 1, 2, 1, 2], [3, 7], [12, 3, 2, 3, 2, 3], [1, 4], [16, 3, 4, 3], [6, 8], [4, 2],
];

/** How the tag at a place of its card is drawn; the patterns begin anew after the last. */
export function dashOf(place: number): readonly number[] {
  return TAG_DASHES[place % TAG_DASHES.length] ?? [];
}


/** A line with the columns that only the inspector and the exports need. */
export interface RunLine extends Line {
  readonly run: string;
  readonly tag: string;
  /** What tells the tags of a card apart; empty where it has one. */
  readonly role: string;
  readonly step: Float64Array;
  readonly wallTime: Float64Array;
  readonly nonfiniteStep: Float64Array;
  readonly nonfiniteWallTime: Float64Array;
  readonly total: number;
  readonly inRange: number;
  readonly shown: number;
  readonly segments: readonly SegmentInfo[];
  /** Which overwritten segment it is; null for the series as it stands. */
  readonly segment: number | null;
  /** Points of its series that have no place on the axis; on the first line of a series only. */
  readonly withoutX: number;
  /** Passes that were not sent; on the first line of a series only. */
  readonly passesLeftOut: number;
  /** Which of several passes of its series, where x goes back. */
  readonly pass?: number;
  /** Runs that a line of a group stands for. */
  readonly members?: readonly string[];
  readonly group?: string;
}

/** The tags of a card in order, and what tells them apart. */
export interface TagRoles {
  readonly tags: readonly { readonly tag: string }[];
  readonly roles: readonly string[];
}

export function linesOf(series: readonly ScalarSeries[], color: (run: string) => string, subject: TagRoles = { tags: [], roles: [] }): RunLine[] {
  const lines: RunLine[] = [];
  for (const { run, tag, columns, segments, segment, total, in_range, shown, joined } of series) {
    if (columns === null) continue;
    const old = segment !== null && segment < segments.length - 1;
    const place = Math.max(0, subject.tags.findIndex((one) => one.tag === tag));
    const role = subject.roles[place] ?? "";
    const name = role === "" ? run : `${run}, ${role}`;
    const whole: RunLine = {
      key: JSON.stringify([run, ...(place > 0 ? [tag] : []), ...(old ? [segment] : [])]),
      label: old ? `${name}, written before restart ${segment + 1}` : name,
      run,
      tag,
      role,
      color: color(run),
      dash: old ? SEGMENT_DASH : dashOf(place),
      x: columns.x,
      value: columns.value,
      smoothed: columns.smoothed,
      step: columns.step,
      wallTime: columns.wall_time,
      nonfinite: { x: columns.nonfinite_x, kind: columns.nonfinite_kind },
      nonfiniteStep: columns.nonfinite_step,
      nonfiniteWallTime: columns.nonfinite_wall_time,
      total,
      inRange: in_range,
      shown,
      segments,
      segment: old ? segment : null,
      withoutX: joined?.without_x ?? 0,
      passesLeftOut: joined ? joined.pass_count - joined.passes.length : 0,
    };
    lines.push(...passesOf(whole, joined));
  }
  return lines;
}

/** A line for each pass of an axis that goes back: within each, x ascends. */
function passesOf(line: RunLine, joined: JoinedAxis | null): RunLine[] {
  const passes = joined?.passes ?? [];
  if (joined === null || passes.length < 2) return [line];
  return passes.map(([start, odd], index) => {
    const [stop, oddStop] = passes[index + 1] ?? [line.x.length, line.nonfinite.x.length];
    const cut = (column: Float64Array) => column.subarray(start, stop);
    const cutOdd = (column: Float64Array) => column.subarray(odd, oddStop);
    const first = index === 0;
    return {
      ...line,
      key: JSON.stringify([line.key, "pass", index]),
      label: `${line.label}, pass ${joined.pass_count - passes.length + index + 1} of ${joined.pass_count}`,
      pass: index,
      x: cut(line.x), value: cut(line.value), smoothed: line.smoothed && cut(line.smoothed), step: cut(line.step), wallTime: cut(line.wallTime),
      nonfinite: { x: cutOdd(line.nonfinite.x), kind: cutOdd(line.nonfinite.kind) }, nonfiniteStep: cutOdd(line.nonfiniteStep), nonfiniteWallTime: cutOdd(line.nonfiniteWallTime),
      // What counts the series counts once.
      ...(first ? {} : { total: 0, inRange: 0, shown: 0, segments: [], withoutX: 0, passesLeftOut: 0 }),
    };
  });
}

export interface Note {
  readonly kind: "nonfinite" | "outside" | "restarts" | "axis" | "passes" | "scale" | "xscale" | "points" | "runs";
  readonly text: string;
}

/** What is special about a chart, the worst first. */
export function notesOf(lines: readonly RunLine[], view: View, { x: unit, tag }: Horizontal): Note[] {
  const notes: Note[] = [];
  const bad = firstNonfinite(lines);
  if (bad) notes.push({ kind: "nonfinite", text: `${bad.name} from ${unit === "step" ? formatCount(bad.x) : formatX(unit, bad.x)}` });
  const reduced = lines.some((line) => line.shown < line.inRange);
  if (view.outside > 0) notes.push({ kind: "outside", text: `${reduced ? "at least " : ""}${formatQuantity(view.outside, "point")} outside` });
  const restarts = lines.reduce((count, line) => count + (line.segment === null ? Math.max(0, line.segments.length - 1) : 0), 0);
  if (restarts > 0) notes.push({ kind: "restarts", text: formatQuantity(restarts, "restart") });
  const withoutX = lines.reduce((count, line) => count + line.withoutX, 0);
  if (withoutX > 0) notes.push({ kind: "axis", text: `${formatQuantity(withoutX, "point")} without ${tag ?? "x"}` });
  const leftOut = lines.reduce((count, line) => count + line.passesLeftOut, 0);
  if (leftOut > 0) notes.push({ kind: "passes", text: `${formatQuantity(leftOut, "older pass", "older passes")} left out` });
  if (view.xKind === "symlog") notes.push({ kind: "xscale", text: `x linear below ${formatValue(view.xLinearBelow, 2)}` });
  if (view.yKind === "symlog") notes.push({ kind: "scale", text: `linear below ${formatValue(view.linearBelow, 2)}` });
  if (reduced) {
    const shown = lines.reduce((count, line) => count + line.shown, 0);
    const inRange = lines.reduce((count, line) => count + line.inRange, 0);
    notes.push({ kind: "points", text: `${formatCount(shown)} of ${formatCount(inRange)} points drawn` });
  }
  const grouped = new Set(lines.flatMap((line) => line.group ?? [])).size;
  if (grouped > 0) notes.push({ kind: "runs", text: formatQuantity(grouped, "group") });
  else if (lines.length > 1) notes.push({ kind: "runs", text: formatQuantity(new Set(lines.map((line) => line.run)).size, "run") });
  return notes;
}

/** The point of a line nearest to `x`, a number or not. */
export interface PointAt {
  readonly line: RunLine;
  readonly x: number;
  readonly value: number;
  readonly smoothed: number | null;
  readonly step: number;
  readonly wallTime: number;
}

const KIND_VALUES = [NaN, Infinity, -Infinity];

export function pointAt(line: RunLine, x: number): PointAt | null {
  const finite = nearestIndex(line.x, x);
  const other = nearestIndex(line.nonfinite.x, x);
  const distance = (column: Float64Array, index: number) => (index < 0 ? Infinity : Math.abs((column[index] as number) - x));
  if (finite < 0 && other < 0) return null;
  if (distance(line.nonfinite.x, other) < distance(line.x, finite)) {
    return {
      line,
      x: line.nonfinite.x[other] as number,
      value: KIND_VALUES[line.nonfinite.kind[other] as number] ?? NaN,
      smoothed: null,
      step: line.nonfiniteStep[other] as number,
      wallTime: line.nonfiniteWallTime[other] as number,
    };
  }
  return {
    line,
    x: line.x[finite] as number,
    value: line.value[finite] as number,
    smoothed: line.smoothed ? (line.smoothed[finite] as number) : null,
    step: line.step[finite] as number,
    wallTime: line.wallTime[finite] as number,
  };
}

/** The point of any line that is nearest to `x`. */
export function closestPoint(lines: readonly RunLine[], x: number): PointAt | null {
  let closest: PointAt | null = null;
  for (const line of lines) {
    const point = pointAt(line, x);
    if (point && (closest === null || Math.abs(point.x - x) < Math.abs(closest.x - x))) closest = point;
  }
  return closest;
}

/** Where a step lies on the x axis: as the first line that has a point near it says. */
export function xOfStep(lines: readonly RunLine[], step: number | null, unit: XAxis): number | null {
  if (step === null || unit === "step") return step;
  for (const line of lines) {
    const index = nearestIndex(line.step, step);
    if (index >= 0) return line.x[index] as number;
  }
  return null;
}

/** The points of all lines at `x`, largest value first; numbers before what is none. */
export function pointsAt(lines: readonly RunLine[], x: number): PointAt[] {
  const points = lines.map((line) => pointAt(line, x)).filter((point) => point !== null);
  const rank = (point: PointAt) => (Number.isNaN(point.value) ? -Infinity : point.smoothed ?? point.value);
  return points.sort((a, b) => Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value)) || rank(b) - rank(a) || 0);
}

/** Time since the first point of the run, in words. */
export function elapsed(point: PointAt, runBegan: number | null): string {
  return runBegan === null ? "" : formatDuration(Math.max(0, point.wallTime - runBegan));
}

/** Clock of a wall time; with its date where that is not `day`'s. */
export function clock(wallTime: number, day: number): string {
  const text = formatWallTime(wallTime);
  return text.slice(0, 10) === formatWallTime(day).slice(0, 10) ? text.slice(11) : text;
}
