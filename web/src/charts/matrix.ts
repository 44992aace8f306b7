/** Cells of a table of numbers drawn as colours. */

export interface MatrixCell {
  /** How full its colour is, 0 to 1. */
  readonly share: number;
  readonly tone: "right" | "wrong" | "more" | "less" | "none";
  /** In the cell, where there is room. */
  readonly text: string;
  /** The whole of it in words. */
  readonly says: string;
}

export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

const MOVES: Readonly<Record<string, readonly [number, number]>> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Where a key leads to from a cell; null for other keys. */
export function moved(place: CellPlace | null, key: string, rows: number, columns: number): CellPlace | null {
  const clamp = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
  const step = MOVES[key];
  if (key === "Home") return { row: place?.row ?? 0, column: 0 };
  if (key === "End") return { row: place?.row ?? 0, column: columns - 1 };
  if (!step) return null;
  if (!place) return { row: 0, column: 0 };
  return { row: clamp(place.row + step[0], rows), column: clamp(place.column + step[1], columns) };
}

/** As much of a name as so many pixels hold. */
export function cut(name: string, pixels: number): string {
  // Characters of East Asian scripts are twice as wide as Latin ones.
  const wide = [...name].some((character) => character.codePointAt(0)! > 0x2e7f);
  const most = Math.max(1, Math.floor(pixels / (wide ? 12 : 6.8)));
  const characters = [...name];
  return characters.length <= most ? name : `${characters.slice(0, Math.max(1, most - 1)).join("")}…`;
}
