/** What the inspector shows while no view has said anything: the shown runs by the metric that matters. */

import type { RunInfo } from "../api/source";
import type { InspectorContent, InspectorRow } from "../state/inspector.svelte";
import { bestOf, type RunMetric } from "../state/metric.svelte";

export const MOST_ROWS = 60;

export function overview(
  shown: readonly string[],
  tag: string | null,
  less: boolean,
  metricOf: (run: string) => RunMetric | null | undefined,
  infoOf: (run: string) => RunInfo | undefined,
): InspectorContent {
  const rows: InspectorRow[] = shown.slice(0, MOST_ROWS).map((run) => {
    const metric = metricOf(run);
    const best = metric ? bestOf(metric, less) : null;
    return { run, values: [metric?.last ?? null, best?.value ?? null, infoOf(run)?.last_step ?? null] };
  });
  return {
    title: tag ?? "Shown runs",
    note: shown.length > MOST_ROWS ? `first ${MOST_ROWS}` : "",
    sections: [{ kind: "table", columns: ["last", "best", "step"], rows }],
  };
}
