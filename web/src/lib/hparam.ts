/** Hyperparameters: values of any type, written as people write them. */

import { formatValue, nonfiniteName } from "./format";

/** Undefined where a run has no such hyperparameter; null is a value that was logged as none. */
export type HParam = number | string | boolean | null;

const SPELLED: Readonly<Record<string, number>> = { NaN, Infinity, "-Infinity": -Infinity };

/** The wire spells what JSON has no number for. */
export function readNumber(wire: number | string): number {
  return typeof wire === "number" ? wire : (SPELLED[wire] ?? NaN);
}

export function readHParam(wire: HParam): HParam {
  return typeof wire === "string" && wire in SPELLED ? (SPELLED[wire] as number) : wire;
}

function formatWhole(value: number): string {
  const size = Math.abs(value);
  const [mantissa = "", exponent = ""] = value.toExponential().split("e");
  // 1e6 and 2.5e9, but a seed of 1,234,567 stays whole.
  if (size >= 1e6 && mantissa.replace(/[-.]/g, "").length <= 3) return `${mantissa}e${Number(exponent)}`;
  return size <= Number.MAX_SAFE_INTEGER ? value.toLocaleString("en-US") : formatValue(value);
}

/** 32, 1e-3, 0.1307, 1,024, adam, true, none. What float32 adds to a decimal is taken off. */
export function formatHParam(value: HParam | undefined): string {
  if (value === undefined) return "";
  if (value === null) return "none";
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value)) return nonfiniteName(value);
  if (Number.isInteger(value)) return formatWhole(value);
  // What somebody chose has few digits, and all of them are said; of what was drawn at random four say enough.
  const short = Number(value.toPrecision(6));
  return formatValue(value, value === short || value === Math.fround(short) ? 6 : 4);
}

/** Order of mixed values: numbers by size, then texts in natural order, then truth values, none, and last what is missing. */
export function compareHParams(a: HParam | undefined, b: HParam | undefined): number {
  const byType = rank(a) - rank(b);
  if (byType !== 0) return byType;
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return natural.compare(a, b);
  return typeof a === "boolean" && typeof b === "boolean" ? Number(a) - Number(b) : 0;
}

const natural = new Intl.Collator("en", { numeric: true });

function rank(value: HParam | undefined): number {
  if (typeof value === "number") return Number.isNaN(value) ? 1 : 0;
  if (typeof value === "string") return 2;
  if (typeof value === "boolean") return 3;
  return value === null ? 4 : 5;
}
