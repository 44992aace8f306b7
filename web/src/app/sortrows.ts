/** Rows of the inspector in the order asked for. */

import { compareNatural } from "../lib/natural";
import type { Cell, InspectorRow } from "../state/inspector.svelte";

/** `column` -1 keeps the rows' own order. Gaps and NaN come last either way. */
export function sortRows(rows: readonly InspectorRow[], column: number, ascending: boolean): readonly InspectorRow[] {
  if (column < 0) return rows;
  const sign = ascending ? 1 : -1;
  return [...rows].sort((a, b) => {
    const left = a.values[column] ?? null;
    const right = b.values[column] ?? null;
    const gaps = Number(isGap(left)) - Number(isGap(right));
    return gaps !== 0 || isGap(left) ? gaps : sign * compare(left!, right!);
  });
}

function isGap(cell: Cell): boolean {
  return cell === null || (typeof cell === "number" && Number.isNaN(cell));
}

function compare(a: number | string, b: number | string): number {
  return typeof a === "number" && typeof b === "number" ? a - b : compareNatural(String(a), String(b));
}
