/** The table as CSV, JSON and LaTeX. */

import { csv } from "../../lib/csv";
import { formatHParam } from "../../lib/hparam";
import { formatValue } from "../../lib/format";
import type { Cell } from "./conditions";

export type TableFormat = "csv" | "json" | "latex";
export const FORMATS: readonly { readonly format: TableFormat; readonly label: string; readonly extension: string; readonly type: string }[] = [
  { format: "csv", label: "CSV", extension: "csv", type: "text/csv" },
  { format: "json", label: "JSON", extension: "json", type: "application/json" },
  { format: "latex", label: "LaTeX", extension: "tex", type: "application/x-tex" },
];

export interface Written {
  readonly titles: readonly string[];
  readonly isMetric: readonly boolean[];
  readonly names: readonly string[];
  /** Rows of cells, one for each title. */
  readonly rows: readonly (readonly Cell[])[];
}

export function writeTable(table: Written, format: TableFormat): string {
  if (format === "csv") return asCsv(table);
  return format === "json" ? asJson(table) : asLatex(table);
}

/** Numbers in full; what is missing is empty. */
function asCsv({ titles, names, rows }: Written): string {
  const cell = (value: Cell): string | number => (value === undefined ? "" : value === null ? "None" : typeof value === "boolean" ? String(value) : value);
  return csv(["run", ...titles], rows.map((row, index) => [names[index]!, ...row.map(cell)]));
}

/** What is missing is left out; JSON has no NaN, so what is not finite is spelled. */
function asJson({ titles, names, rows }: Written): string {
  const cell = (value: Cell): unknown => (typeof value === "number" && !Number.isFinite(value) ? (Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity") : value);
  return `${JSON.stringify(rows.map((row, index) => ({ run: names[index], ...Object.fromEntries(row.map((value, at) => [titles[at], cell(value)])) })), null, 1)}\n`;
}

const LATEX: Readonly<Record<string, string>> = { "\\": "\\textbackslash{}", "&": "\\&", "%": "\\%", $: "\\$", "#": "\\#", _: "\\_", "{": "\\{", "}": "\\}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" };
const escaped = (text: string): string => text.replace(/[\\&%$#_{}~^]/g, (mark) => LATEX[mark]!);

function latexNumber(value: number, isMetric: boolean): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "$\\infty$" : "$-\\infty$";
  const text = isMetric ? formatValue(value) : formatHParam(value);
  const [mantissa = "", exponent] = text.split("e");
  if (exponent !== undefined) return mantissa === "1" ? `$10^{${exponent}}$` : `$${mantissa} \\times 10^{${exponent}}$`;
  return `$${text.replaceAll(",", "{,}")}$`;
}

/** A `tabular` with the rules of `booktabs`, numbers as the page writes them. */
function asLatex({ titles, isMetric, names, rows }: Written): string {
  const numeric = titles.map((_, at) => rows.every((row) => row[at] === undefined || typeof row[at] === "number"));
  const cell = (value: Cell, at: number): string => (value === undefined ? "" : typeof value === "number" ? latexNumber(value, isMetric[at] ?? false) : escaped(formatHParam(value)));
  const line = (cells: readonly string[]): string => `${cells.join(" & ")} \\\\`;
  return [
    "% \\usepackage{booktabs}",
    `\\begin{tabular}{l${numeric.map((one) => (one ? "r" : "l")).join("")}}`,
    "\\toprule",
    line(["run", ...titles].map(escaped)),
    "\\midrule",
    ...rows.map((row, index) => line([escaped(names[index]!), ...row.map(cell)])),
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}
