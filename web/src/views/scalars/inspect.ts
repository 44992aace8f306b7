/** What the inspector says about a chart: each run's value under the pointer, the largest first, and when it was logged. */

import { nearestIndex } from "../../lib/nearest";
import { formatCount, formatQuantity, formatWallTime } from "../../lib/format";
import type { InspectorContent, InspectorRow, InspectorSection, InspectorTable } from "../../state/inspector.svelte";
import { clock, elapsed, pointsAt, type PointAt, type RunLine } from "./lines";
import { limitedPoints, orderedPoints, type Pointer } from "./valuerows";
import { DEFAULTS, type ValueSort } from "../../state/settings.svelte";

const named = ({ run, segment, pass, group, label, color }: RunLine) => (group !== undefined ? { label: group, color } : segment === null && pass === undefined ? { run, color } : { label, color });

function bandRow({ line, x, value, smoothed }: PointAt): InspectorRow {
  const index = nearestIndex(line.x, x);
  const hint = line.members && `${formatQuantity(line.members.length, "run")}: ${line.members.join(", ")}`;
  return { ...named(line), values: [smoothed ?? value, line.band?.low[index] ?? null, line.band?.high[index] ?? null], ...(hint ? { hint } : {}), ...(Number.isFinite(value) ? {} : { bad: true }) };
}

/** The values of one tag: a card of several has a table for each. */
function valuesTable(role: string, points: readonly PointAt[]): InspectorTable {
  const smoothed = points.some((point) => point.smoothed !== null);
  if (points.some(({ line }) => line.band)) return { kind: "table", ...(role === "" ? {} : { title: role }), columns: ["value", "low", "high"], rows: points.map(bandRow) };
  const rows: InspectorRow[] = points.map((point) => ({
    ...named(point.line),
    values: smoothed ? [point.value, point.smoothed] : [point.value],
    ...(Number.isFinite(point.value) ? {} : { bad: true }),
  }));
  return { kind: "table", ...(role === "" ? {} : { title: role }), columns: smoothed ? ["value", "smooth"] : ["value"], rows };
}

function timesTable(points: readonly PointAt[], stepsDiffer: boolean, runBegan: (run: string) => number | null): InspectorSection {
  const newest = points.reduce((latest, point) => Math.max(latest, point.wallTime), -Infinity);
  // Names need the room: what is the same in every row stands in the title alone.
  const rows: InspectorRow[] = points.map((point) => ({
    ...named(point.line),
    hint: `${point.line.label}, ${formatWallTime(point.wallTime)}`,
    values: [...(stepsDiffer ? [point.step] : []), elapsed(point, runBegan(point.line.run)), ...(stepsDiffer ? [] : [clock(point.wallTime, newest)])],
  }));
  return { kind: "table", title: "When", columns: stepsDiffer ? ["step", "elapsed"] : ["elapsed", "time"], rows };
}

/** How the values are listed, and what can be done with them. */
export interface ValueList {
  readonly sort: ValueSort;
  readonly limit: number;
  readonly menu?: InspectorTable["menu"];
  showMore?(): void;
}

const AS_IT_COMES: ValueList = { sort: DEFAULTS.valueSort, limit: DEFAULTS.valueLimit };

/** `y` is the height of the pointer, where it is on the chart. `ways` lead from the step and the runs there to elsewhere. */
export function inspectorContent(title: string, lines: readonly RunLine[], { x, y, distance, rise }: { x: number } & Pointer, runBegan: (run: string) => number | null, more: readonly InspectorSection[] = [], list: ValueList = AS_IT_COMES, ways: (runs: readonly string[], step: number) => readonly InspectorSection[] = () => []): InspectorContent {
  const pointer = { y, ...(distance ? { distance } : {}), ...(rise ? { rise } : {}) };
  const all = orderedPoints(pointsAt(lines, x), list.sort, pointer);
  const points = limitedPoints(all, list.sort, list.limit, pointer);
  const hidden = all.length - points.length;
  const roles = [...new Set(lines.map((line) => line.role))];
  const ofRole = (role: string) => points.filter((point) => point.line.role === role);
  const steps = new Set(points.map((point) => point.step));
  const [only] = steps;
  return {
    title,
    ...(steps.size === 1 && only !== undefined ? { step: only } : { note: steps.size === 0 ? "" : `steps ${formatCount(Math.min(...steps))} to ${formatCount(Math.max(...steps))}` }),
    sections: [
      ...(points.length < all.length ? [{ kind: "note" as const, text: `${formatCount(points.length)} of ${formatQuantity(all.length, "run")}, ${y === null ? "the first in order" : "nearest to the pointer"}.` }] : []),
      ...(roles.length > 0 ? roles : [""]).map((role, index, { length }) => {
        const table = valuesTable(role, ofRole(role));
        const shown = list.menu && index === 0 ? { ...table, title: table.title ?? "Values", menu: list.menu } : table;
        return hidden > 0 && index === length - 1 && list.showMore ? { ...shown, more: { text: `and ${formatCount(hidden)} more`, run: () => list.showMore?.() } } : shown;
      }),
      ...more,
      timesTable(ofRole(roles[0] ?? ""), steps.size > 1, runBegan),
      ...(points.length > 0 ? ways([...new Set(points.map(({ line }) => line.run))], Math.max(...steps)) : []),
    ],
  };
}
