/** Tensors of strings as one text or as tables. */

export interface TextTable {
  /** Which slice of a tensor with more than two axes it is; empty otherwise. */
  readonly caption: string;
  readonly rows: readonly (readonly string[])[];
}

export type TextLayout = { readonly kind: "text"; readonly text: string } | { readonly kind: "tables"; readonly tables: readonly TextTable[]; readonly omitted: number };

/** More slices than this are counted, not drawn. */
const MOST_TABLES = 20;

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
  const columns = shape.length < 2 ? 1 : (shape.at(-1) as number);
  const rowCount = shape.length < 2 ? strings.length : (shape.at(-2) as number);
  const leading = shape.slice(0, -2);
  const size = Math.max(1, rowCount * columns);
  const count = strings.length === 0 ? 0 : Math.ceil(strings.length / size);
  const tables = Array.from({ length: Math.min(count, MOST_TABLES) }, (_, slice) => {
    const part = strings.slice(slice * size, (slice + 1) * size);
    const rows = Array.from({ length: Math.ceil(part.length / Math.max(1, columns)) }, (_row, row) => part.slice(row * columns, (row + 1) * columns));
    return { caption: leading.length > 0 ? `[${indicesOf(slice, leading).join(", ")}, :, :]` : "", rows };
  });
  return { kind: "tables", tables, omitted: Math.max(0, count - MOST_TABLES) };
}
