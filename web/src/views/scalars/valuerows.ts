/** Which values the inspector lists, and in which order. */

import { compareNatural } from "../../lib/natural";
import { csvCell } from "../../lib/csv";
import { formatWallTime } from "../../lib/format";
import type { ValueSort } from "../../state/settings.svelte";
import type { PointAt } from "./lines";

export const VALUE_SORTS: readonly (readonly [ValueSort, string])[] = [
  ["descending", "Largest first"],
  ["ascending", "Smallest first"],
  ["name", "By name"],
  ["nearest", "Nearest to the pointer"],
  ["nearest-y", "Nearest value to the pointer"],
];

/** Numbers of rows to choose from; more take longer to lay out than the pointer takes to move. */
export const VALUE_LIMITS: readonly number[] = [5, 10, 20, 40, 200];

export interface Pointer {
  /** Height of the pointer in the unit of the values; null where it is not on this chart. */
  readonly y: number | null;
  /** Pixels from the pointer to a point. */
  readonly distance?: (point: PointAt) => number;
  /** Pixels up or down to a point, on the axis that it is read on; the difference of the values where it is absent. */
  readonly rise?: (point: PointAt) => number;
}

const shownValue = ({ value, smoothed }: PointAt) => smoothed ?? value;
/** What is no number is the farthest. */
const known = (far: number) => (Number.isNaN(far) ? Infinity : far);
const gap = (point: PointAt, y: number) => known(Math.abs(shownValue(point) - y));
const compare = (a: number, b: number) => (a === b ? 0 : a - b);

/** `points` as `pointsAt` gives them, the largest first and NaN last. What asks for a pointer that is not there keeps that order. */
export function orderedPoints(points: readonly PointAt[], sort: ValueSort, { y, distance, rise }: Pointer): readonly PointAt[] {
  const by = (far: (point: PointAt) => number) => {
    const ranked = points.map((point) => [far(point), point] as const);
    return ranked.sort(([a], [b]) => compare(known(a), known(b))).map(([, point]) => point);
  };
  if (sort === "ascending") return by(shownValue);
  if (sort === "name") return [...points].sort((a, b) => compareNatural(a.line.label, b.line.label));
  if (sort === "nearest" && y !== null && distance) return by(distance);
  if (sort !== "descending" && y !== null) return by((point) => known(rise?.(point) ?? gap(point, y)));
  return points;
}

/** At most `limit` of ordered points: the first ones, or, in an order that the pointer does not make, those nearest to it. */
export function limitedPoints(points: readonly PointAt[], sort: ValueSort, limit: number, { y, rise }: Pointer): readonly PointAt[] {
  if (points.length <= limit) return points;
  if (y === null || sort.startsWith("nearest")) return points.slice(0, limit);
  const far = (point: PointAt) => known(rise?.(point) ?? gap(point, y));
  const nearest = new Set([...points].sort((a, b) => compare(far(a), far(b))).slice(0, limit));
  return points.filter((point) => nearest.has(point));
}

/** The points as rows for a spreadsheet: every one, in full precision. */
export function pointsTsv(points: readonly PointAt[]): string {
  const clean = (cell: string | number) => (typeof cell === "number" ? csvCell(cell) : cell.replace(/[\t\r\n]+/g, " "));
  const rows = points.map(({ line, step, wallTime, value, smoothed }) => [line.group ?? (line.segment === null && line.pass === undefined ? line.run : line.label), line.tag, step, formatWallTime(wallTime), value, smoothed ?? ""]);
  return [["run", "tag", "step", "time", "value", "smoothed"], ...rows].map((row) => row.map(clean).join("\t")).join("\n");
}
