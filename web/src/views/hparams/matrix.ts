/** Where the cells and the dots of a scatter matrix are, in pixels. */

import type { Cell } from "./conditions";
import type { AxisScale } from "./scales";

export interface MatrixFrame {
  readonly left: number;
  readonly top: number;
  /** From one cell to the next. */
  readonly step: { readonly x: number; readonly y: number };
  /** Inside a cell, where dots are. */
  readonly inner: { readonly x: number; readonly y: number };
  /** From a cell's corner to where dots begin. */
  readonly inset: number;
}

const LEFT = 62;
const TOP = 40;
const BOTTOM = 22;
const GAP = 6;
const INSET = 7;

export function matrixFrame(columns: number, rows: number, width: number, height: number): MatrixFrame {
  const step = { x: Math.max(20, (width - LEFT - 8) / Math.max(1, columns)), y: Math.max(20, (height - TOP - BOTTOM) / Math.max(1, rows)) };
  return { left: LEFT, top: TOP, step, inner: { x: step.x - GAP - 2 * INSET, y: step.y - GAP - 2 * INSET }, inset: INSET };
}

/** 0 to 1 for each row; NaN for what has no place. */
export function placeDots(rows: readonly number[], cells: readonly Cell[], scale: AxisScale, inverted: boolean): Float32Array {
  return Float32Array.from(rows, (row) => {
    const at = scale.place(cells[row]);
    return at === null ? NaN : inverted ? 1 - at : at;
  });
}

/** The cell under a point, and where its dots begin. */
export function cellAt(frame: MatrixFrame, x: number, y: number, columns: number, rows: number): { column: number; row: number; left: number; top: number } | null {
  const column = Math.floor((x - frame.left) / frame.step.x);
  const row = Math.floor((y - frame.top) / frame.step.y);
  if (column < 0 || row < 0 || column >= columns || row >= rows) return null;
  return { column, row, left: frame.left + column * frame.step.x + frame.inset, top: frame.top + row * frame.step.y + frame.inset };
}

/** Index of the kept dot nearest to a point in its cell; -1 where none is within `reach` pixels. */
export function nearestDot(across: readonly Float32Array[], down: readonly Float32Array[], frame: MatrixFrame, x: number, y: number, kept: Uint8Array, reach = 8): number {
  const cell = cellAt(frame, x, y, across.length, down.length);
  if (!cell || (across.length > 1 && cell.column === cell.row)) return -1;
  const [xs, ys] = [across[cell.column]!, down[cell.row]!];
  let best = -1;
  let nearest = reach;
  for (let dot = 0; dot < kept.length; dot += 1) {
    if (kept[dot] === 0) continue;
    const away = Math.hypot(cell.left + xs[dot]! * frame.inner.x - x, cell.top + (1 - ys[dot]!) * frame.inner.y - y);
    if (away < nearest) [best, nearest] = [dot, away];
  }
  return best;
}
