/** What the inspector says about a chart: each run's value under the pointer, the largest first, and when it was logged. */

import { formatCount } from "../../lib/format";
import type { InspectorContent, InspectorRow } from "../../state/inspector.svelte";
import { clock, elapsed, pointsAt, type RunLine } from "./lines";

export function inspectorContent(tag: string, lines: readonly RunLine[], x: number, runBegan: (run: string) => number | null): InspectorContent {
  const points = pointsAt(lines, x);
  const smoothed = points.some((point) => point.smoothed !== null);
  const named = ({ run, segment, label, color }: RunLine) => (segment === null ? { run, color } : { label, color });
  const values: InspectorRow[] = points.map((point) => ({
    ...named(point.line),
    values: smoothed ? [point.value, point.smoothed] : [point.value],
    ...(Number.isFinite(point.value) ? {} : { bad: true }),
  }));
  const newest = points.reduce((latest, point) => Math.max(latest, point.wallTime), -Infinity);
  const times: InspectorRow[] = points.map((point) => ({
    ...named(point.line),
    values: [point.step, elapsed(point, runBegan(point.line.run)), clock(point.wallTime, newest)],
  }));
  const steps = new Set(points.map((point) => point.step));
  const [only] = steps;
  return {
    title: tag,
    ...(steps.size === 1 && only !== undefined ? { step: only } : { note: steps.size === 0 ? "" : `steps ${formatCount(Math.min(...steps))} to ${formatCount(Math.max(...steps))}` }),
    sections: [
      { kind: "table", columns: smoothed ? ["value", "smooth"] : ["value"], rows: values },
      { kind: "table", title: "When", columns: ["step", "elapsed", "time"], rows: times },
    ],
  };
}
