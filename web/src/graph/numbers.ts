/** Costs in words. */

import { formatBytes, formatCount, formatValue } from "../lib/format";

const SCALES: readonly [number, string][] = [[1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]];

/** `1.85 G`; whole below a thousand. */
export function formatScaled(value: number): string {
  const [scale, letter] = SCALES.find(([least]) => value >= least) ?? [1, ""];
  return letter ? `${formatValue(value / scale, 3)} ${letter}` : formatCount(value);
}

export type Cost = "parameters" | "flops" | "memory";

export function formatCost(cost: Cost, value: number): string {
  if (cost === "memory") return formatBytes(value);
  return cost === "parameters" && value < 1e7 ? formatCount(value) : formatScaled(value);
}
