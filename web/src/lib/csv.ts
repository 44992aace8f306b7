/** Tables as comma-separated values (RFC 4180). */

/** One cell; a text that a spreadsheet would run as a formula is prefixed by an apostrophe. */
export function csvCell(value: string | number): string {
  if (typeof value === "number") return Number.isNaN(value) ? "nan" : value === Infinity ? "inf" : value === -Infinity ? "-inf" : String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A header and rows, each line ended as the RFC wants. */
export function csv(header: readonly string[], rows: Iterable<readonly (string | number)[]>): string {
  const lines = [header.map(csvCell).join(",")];
  for (const row of rows) lines.push(row.map(csvCell).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

/** A file name made of a tag or run name: what file systems refuse becomes `_`. */
export function fileName(name: string, extension: string): string {
  const stem = name.replace(/[^\p{L}\p{N}._-]+/gu, "_").replace(/^[._]+|_+$/g, "");
  return `${stem.slice(0, 120) || "glassboard"}.${extension}`;
}
