/** A chart in words, for people who do not see it. */

import { formatDuration, formatQuantity, formatStepTick, formatValue, formatWallTime } from "../lib/format";
import type { Line, View, XUnit } from "./line";

/** Runs named one by one; of more, only how many there are. */
const MOST_NAMED = 6;

export function formatX(unit: XUnit, x: number): string {
  if (unit === "wall") return formatWallTime(x);
  if (unit === "tag") return formatValue(x, 6);
  return unit === "relative" ? formatDuration(x) : formatStepTick(x);
}

/** What the chart shows: how many lines of how many runs, over which stretch, between which values, where each ends. */
export function describeChart(title: string, lines: readonly Line[], view: View, unit: XUnit): string {
  if (lines.length === 0) return `${title}: nothing to show.`;
  const axis = unit === "wall" ? "from" : unit === "relative" ? "time" : unit === "tag" ? "x" : "step";
  const stretch = `${axis} ${formatX(unit, view.x[0])} to ${formatX(unit, view.x[1])}`;
  const values = view.empty ? "no finite values" : `values ${formatValue(view.y[0])} to ${formatValue(view.y[1])}`;
  const right = view.right ? ` At the right ${formatValue(view.right.y[0])} to ${formatValue(view.right.y[1])}.` : "";
  const runs = new Set(lines.map(({ run, key }) => run ?? key)).size;
  const counted = runs === lines.length ? formatQuantity(runs, "run") : `${formatQuantity(lines.length, "line")} of ${formatQuantity(runs, "run")}`;
  const parts = [`${title}: ${counted}, ${stretch}, ${values}.${right}`];
  if (lines.length <= MOST_NAMED) {
    for (const line of lines) {
      const column = line.smoothed ?? line.value;
      const last = column.length > 0 ? `ends at ${formatValue(column[column.length - 1] as number)}` : "has no finite values";
      const bad = line.nonfinite.x.length > 0 ? `, ${formatQuantity(line.nonfinite.x.length, "value")} not finite` : "";
      parts.push(`${line.label} ${last}${bad}.`);
    }
  }
  return parts.join(" ");
}
