/** What can be done to a column, as commands of its head in the table and of its axis. */

import type { MenuItem } from "../../ui/menu";
import type { HParamsBoard } from "./board.svelte";
import type { Column } from "./columns";
import { possibleScales, SCALE_NAMES } from "./scales";

/** `where`: what "Interval or values…" sets. */
export function columnMenu(board: HParamsBoard, column: Column, where: "filters" | "brushes"): MenuItem[] {
  const { key } = column;
  const at = board.columns.findIndex((each) => each.key === key);
  const shown = board.link[where][key] !== undefined;
  const sort = board.sort;
  const inTable: MenuItem[] = [
    { label: "Sort ascending", checked: sort?.key === key && !sort.descending, run: () => board.sortBy(key, false) },
    { label: "Sort descending", checked: sort?.key === key && sort.descending, run: () => board.sortBy(key, true) },
  ];
  const scale = board.scale(key);
  const onAxis: MenuItem[] = [
    ...possibleScales(board.table.cells(key)).map((kind) => ({ label: SCALE_NAMES[kind], checked: scale.kind === kind, run: () => board.setScale(key, kind) })),
    { label: "Invert", checked: board.link.inverted.includes(key), separated: true, run: () => board.toggleInverted(key) },
  ];
  const metric = column.kind === "metric" ? column.metric : null;
  return [
    ...(where === "filters" ? inTable : onAxis),
    { label: where === "filters" ? "Filter…" : "Brush interval or values…", separated: true, run: () => (board.editing = { where, key }) },
    { label: where === "filters" ? "Clear the filter" : "Clear the brush", disabled: !shown, run: () => board.setCondition(where, key, null) },
    { label: "Colour by this", checked: board.colorKey === key, separated: true, run: () => board.set({ color: key }) },
    ...(column.kind === "hparam" ? [{ label: "Group by this", checked: board.link.group === key, run: () => board.set({ group: board.link.group === key ? "" : key }) }] : []),
    ...(metric ? [{ label: "Judge by this", checked: board.target !== null && board.target.tag === metric.tag && board.target.group === metric.group, run: () => board.setTarget(metric) }, { label: "Less is better", checked: board.isLess(metric), run: () => board.toggleLess(metric) }] : []),
    { label: "Move left", disabled: at <= 0, separated: true, run: () => board.moveColumn(key, at - 1) },
    { label: "Move right", disabled: at < 0 || at >= board.columns.length - 1, run: () => board.moveColumn(key, at + 1) },
    { label: "Hide", run: () => board.hideColumn(key) },
  ];
}
