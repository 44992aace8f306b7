/** The details of a row for the inspector. */

import { formatCount, formatWallTime } from "../../lib/format";
import { formatHParam } from "../../lib/hparam";
import type { InspectorContent } from "../../state/inspector.svelte";
import { runLinksSection } from "../../state/runlinks";
import type { HParamsBoard } from "./board.svelte";

export function inspectRow(board: HParamsBoard, row: number): InspectorContent {
  const { page, table } = board;
  const { key, runs } = table.rows[row]!;
  const session = runs.length === 1 ? page.hparams.of(runs[0]!) : undefined;
  const metrics = board.columns.filter((column) => column.kind === "metric");
  const status = session ? [{ name: "status", value: session.status }] : [];
  const started = session?.startTime ? [{ name: "started", value: formatWallTime(session.startTime) }] : [];
  const group = session?.group ? [{ name: "group", value: session.group }] : [];
  const shared = [...page.hparams.names].flatMap((name) => {
    const cell = table.cells(`h:${name}`)[row];
    return cell === undefined ? [] : [{ name, value: formatHParam(cell) }];
  });
  const reached = metrics.map((column) => {
    const steps = runs.length === 1 ? board.metrics.loaded.get(column.key)?.steps[board.metrics.runs.indexOf(runs[0]!)] : null;
    const text = board.text(column, table.cells(column.key)[row]) || "undefined";
    return { name: `${board.title(column)}, ${board.subtitle(column)}`, value: steps === null || steps === undefined ? text : `${text} @ ${formatCount(steps)}` };
  });
  return {
    title: key === "." ? page.log.name : key,
    note: row === board.best ? "best" : "",
    sections: [
      { kind: "facts", title: "Reached", facts: reached },
      { kind: "facts", title: "Hyperparameters", facts: shared },
      { kind: "facts", title: runs.length > 1 ? `${formatCount(runs.length)} runs` : "Session", facts: [...status, ...started, ...group] },
      ...(runs.length > 1 ? [{ kind: "table" as const, title: "Runs", columns: [], rows: runs.map((run) => ({ run, values: [] })) }] : []),
      ...(runs.length === 1 ? runLinksSection(page, runs[0]!) : []),
      ...(session?.error ? [{ kind: "note" as const, text: session.error, bad: true }] : []),
    ],
  };
}
