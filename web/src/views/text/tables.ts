/** Tensors of strings as one text or as tables. */

export interface TextTable {
  /** Which slice of a tensor with more than two axes it is; empty otherwise. */
  readonly caption: string;
  readonly rows: readonly (readonly string[])[];
}

/** `omitted` strings are in no table. */
export type TextLayout = { readonly kind: "text"; readonly text: string } | { readonly kind: "tables"; readonly tables: readonly TextTable[]; readonly omitted: number };

/** What is drawn; what is beyond is counted. */
const MOST_TABLES = 20;
const MOST_CELLS = 1_000;

/** Indices of slice number `position` along the leading axes. */
function indicesOf(position: number, leading: readonly number[]): number[] {
  const indices: number[] = [];
  let rest = position;
  for (const size of [...leading].reverse()) {
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return indices;
}

/** One string is a text; a vector is a column, a matrix a table, more axes a table for each slice along the last two. */
export function layoutOf(shape: readonly number[], strings: readonly string[]): TextLayout {
  if (strings.length === 1) return { kind: "text", text: strings[0] as string };
  const columns = Math.max(1, shape.length < 2 ? 1 : (shape.at(-1) as number));
  const rowCount = shape.length < 2 ? strings.length : (shape.at(-2) as number);
  const leading = shape.slice(0, -2);
  const size = Math.max(1, rowCount * columns);
  const tables: TextTable[] = [];
  let drawn = 0;
  for (let at = 0; at < strings.length && tables.length < MOST_TABLES && drawn < MOST_CELLS; at += size) {
    const part = strings.slice(at, Math.min(at + size, at + MOST_CELLS - drawn));
    const rows = Array.from({ length: Math.ceil(part.length / columns) }, (_, row) => part.slice(row * columns, (row + 1) * columns));
    tables.push({ caption: leading.length > 0 ? `[${indicesOf(at / size, leading).join(", ")}, :, :]` : "", rows });
    drawn += part.length;
  }
  return { kind: "tables", tables, omitted: strings.length - drawn };
}
