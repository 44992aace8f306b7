/** What a filter of the table and a brush on an axis ask of one cell. */

import { compareHParams, type HParam } from "../../lib/hparam";
import { compilePattern } from "../../lib/pattern";
import type { Range } from "../../lib/range";

/** Undefined: the run has no such value. */
export type Cell = HParam | undefined;

/** A cell passes where any part says so; parts that are absent say nothing. */
export interface Condition {
  /** Closed intervals of numbers. */
  readonly ranges?: readonly Range[];
  readonly values?: readonly HParam[];
  /** From one value to another in the order of values: what stands between them on an axis of more values than a link can name. */
  readonly spans?: readonly (readonly [first: HParam, last: HParam])[];
  /** Regular expression over the value as text. */
  readonly pattern?: string;
  /** Runs without a value, and values that are no number where numbers are asked for. */
  readonly missing?: boolean;
}

/** Whether it asks for anything. */
export function asks(condition: Condition | undefined): condition is Condition {
  return condition !== undefined && (condition.ranges !== undefined || condition.values !== undefined || condition.spans !== undefined || condition.pattern !== undefined || condition.missing !== undefined);
}

/** The pattern's error; null where there is none. */
export function patternError(pattern: string): string | null {
  return compilePattern(pattern).error?.replace(/^Not a regular expression: /, "") ?? null;
}

const same = (a: HParam, b: HParam): boolean => Object.is(a, b);
const isGap = (cell: Cell): boolean => cell === undefined || (typeof cell === "number" && !Number.isFinite(cell));

/** A test made once for many cells. A pattern that is none lets everything pass. */
export function tester(condition: Condition): (cell: Cell) => boolean {
  const { ranges, values, spans, pattern, missing } = condition;
  const compiled = pattern !== undefined && pattern !== "" ? compilePattern(pattern) : null;
  const expression = compiled?.pattern ?? null;
  const positive = ranges !== undefined || values !== undefined || spans !== undefined || expression !== null;
  return (cell) => {
    if (missing !== undefined && isGap(cell) && !values?.some((value) => cell !== undefined && same(value, cell))) return missing;
    if (cell === undefined) return !positive;
    if (ranges?.some(([low, high]) => typeof cell === "number" && cell >= low && cell <= high)) return true;
    if (values?.some((value) => same(value, cell))) return true;
    if (spans?.some(([first, last]) => compareHParams(first, cell) <= 0 && compareHParams(cell, last) <= 0)) return true;
    if (compiled !== null && expression !== null) return expression.test(compiled.looked(String(cell)));
    return !positive && missing !== true;
  };
}

/** In words, for the bar and for screen readers. */
export function describe(condition: Condition, format: (value: HParam) => string): string {
  const parts = [
    ...(condition.ranges ?? []).map(([low, high]) => `${format(low)} to ${format(high)}`),
    ...(condition.values ?? []).map(format),
    ...(condition.spans ?? []).map(([first, last]) => `${format(first)} to ${format(last)}`),
    ...(condition.pattern ? [`/${condition.pattern}/`] : []),
    ...(condition.missing === true ? ["undefined"] : []),
  ];
  return parts.join(" or ") || "none";
}
