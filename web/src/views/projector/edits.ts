/** Labels changed in the page, over those of the file, which stays as it is. */

import { membersOf, parseJson } from "../../lib/json";
import { readColumn, type Column } from "./metadata";
import { packed, unpacked } from "./rows";

/** Gives some rows of a column one value; a column that the file has not is a new one. */
export interface Edit {
  readonly column: string;
  readonly rows: readonly number[];
  readonly value: string;
}

/** What the format of metadata can hold in one cell. */
export const asCell = (text: string): string => text.replace(/[\t\r\n]+/g, " ").trim();

/** The columns with every edit in its turn; those that none touches stay the same value. Rows of a new column that were given none are empty. */
export function edited(columns: readonly Column[], edits: readonly Edit[], count: number): readonly Column[] {
  if (edits.length === 0) return columns;
  const values = new Map<string, string[]>();
  for (const { column, rows, value } of edits) {
    const known = values.get(column) ?? [...(columns.find(({ name }) => name === column)?.values ?? Array.from({ length: count }, () => ""))];
    for (const row of rows) if (row < known.length) known[row] = value;
    values.set(column, known);
  }
  const changed = columns.map((column) => (values.has(column.name) ? readColumn(column.name, values.get(column.name)!) : column));
  const names = new Set(columns.map(({ name }) => name));
  return [...changed, ...[...values].filter(([name]) => !names.has(name)).map(([name, own]) => readColumn(name, own))];
}

/** Tells two states of editing apart: what a link says it was made over. Empty where nothing is changed. */
export function markOf(edits: readonly Edit[]): string {
  if (edits.length === 0) return "";
  // FNV-1a: short, and nobody gains by forging it.
  let hash = 0x811c9dc5;
  for (const char of JSON.stringify(edits)) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) >>> 0;
  return `${edits.length}-${hash.toString(36)}`;
}

/** By embedding, as text to keep. */
export function writeEdits(all: ReadonlyMap<string, readonly Edit[]>): unknown {
  const kept = [...all].filter(([, edits]) => edits.length > 0);
  return kept.length === 0 ? null : kept.map(([embedding, edits]) => ({ embedding, edits: edits.map(({ column, rows, value }) => ({ column, rows: packed(rows), value })) }));
}

/** What makes sense of a kept text. */
export function readEdits(text: string | null): ReadonlyMap<string, readonly Edit[]> {
  const kept = parseJson(text);
  const found = new Map<string, readonly Edit[]>();
  for (const one of Array.isArray(kept) ? (kept as unknown[]) : []) {
    const { embedding, edits } = membersOf(one);
    if (typeof embedding !== "string" || !Array.isArray(edits)) continue;
    const read = (edits as unknown[]).flatMap((edit): Edit[] => {
      const { column, rows, value } = membersOf(edit);
      if (typeof column !== "string" || typeof value !== "string" || !Array.isArray(rows) || !rows.every((row) => Number.isSafeInteger(row))) return [];
      return [{ column, value, rows: unpacked(rows as number[], Infinity) }];
    });
    if (read.length > 0) found.set(embedding, read);
  }
  return found;
}
