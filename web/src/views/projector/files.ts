/** Layouts and labels as files for other programs. */

/** NumPy's format, version 1.0: float32, a row for every point. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
export function asNpy(columns: readonly Float32Array[]): Blob {
  const rows = columns[0]?.length ?? 0;
  const values = new Float32Array(rows * columns.length);
  columns.forEach((column, at) => {
    for (let row = 0; row < rows; row += 1) values[row * columns.length + at] = column[row]!;
  });
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns.length}), }`;
  const padded = text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11) + "\n";
  const head = new Uint8Array(10 + padded.length);
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8]);
  head.set(new TextEncoder().encode(padded), 10);
  return new Blob([head, values.buffer], { type: "application/octet-stream" });
}

interface Labels {
  readonly name: string;
  readonly values: readonly string[];
}

const cell = (text: string): string => text.replace(/[\t\r\n]+/g, " ");

/** A header, then a line for each of `rows`: its number, its place, its labels. */
export function asTsv(columns: readonly Float32Array[], names: readonly string[], labels: readonly Labels[], rows: Iterable<number>): string {
  const lines = [["row", ...names, ...labels.map(({ name }) => cell(name))].join("\t")];
  for (const row of rows) lines.push([String(row), ...columns.map((column) => String(column[row])), ...labels.map(({ values }) => cell(values[row] ?? ""))].join("\t"));
  return `${lines.join("\n")}\n`;
}

/**
 * As projectors read it: a line a point; of several columns the first line has the names, of one there is none.
 * TensorBoard passes over lines without a label, and gives those after them to the wrong points: then a column of rows comes first.
 */
export function asMetadata(own: readonly Labels[]): string {
  const rows = own[0]?.values ?? [];
  const blank = rows.some((_, row) => own.every(({ values }) => (values[row] ?? "").trim() === ""));
  const columns = blank ? [{ name: own.some(({ name }) => name === "row") ? "#" : "row", values: rows.map((_, row) => String(row)) }, ...own] : own;
  const lines = columns.length > 1 ? [columns.map(({ name }) => cell(name)).join("\t")] : [];
  const count = columns[0]?.values.length ?? 0;
  for (let row = 0; row < count; row += 1) lines.push(columns.map(({ values }) => cell(values[row] ?? "")).join("\t"));
  return `${lines.join("\n")}\n`;
}
