import { formatValue } from "../lib/format";

/** A value in the column beside the runs: three decimals where that says something, so that the points line up. */
export function formatMetric(value: number): string {
  const size = Math.abs(value);
  return size > 0.001 && size < 10 && !Number.isInteger(value) ? value.toFixed(3) : formatValue(value, 3);
}
