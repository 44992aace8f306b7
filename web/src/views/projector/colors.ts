/** Colours of points by a column: one a class, or a continuous map that colour-blind eyes tell apart. */

import { paletteColor } from "../../state/runcolors";
import { MOST_CLASSES, type Column } from "./metadata";

type Theme = "light" | "dark";

/** From the lowest to the highest: orange over grey to blue, as in the tables of the page. */
const CONTINUOUS = {
  light: ["#c75b12", "#d08a52", "#a39a97", "#5b8db8", "#0b5394"],
  dark: ["#ff9d52", "#d79a6c", "#98989c", "#6fa8d8", "#6cc0ff"],
} as const;
const NO_VALUE = { light: "#97a1ac", dark: "#5b6570" } as const;
const PLAIN = { light: "#0a7d78", dark: "#45c8bd" } as const;

export interface LegendEntry {
  readonly value: string;
  readonly color: string;
  readonly count: number;
}

export type Legend =
  | { readonly kind: "none" }
  | { readonly kind: "classes"; readonly entries: readonly LegendEntry[]; /** Values beyond those, in grey. */ readonly others: number }
  | { readonly kind: "numbers"; readonly low: number; readonly high: number; readonly stops: readonly string[]; readonly missing: number };

export interface Coloring {
  /** Red, green, blue of every point. */
  readonly colors: Uint8Array;
  readonly legend: Legend;
}

const channels = (color: string): readonly [number, number, number] => [parseInt(color.slice(1, 3), 16), parseInt(color.slice(3, 5), 16), parseInt(color.slice(5, 7), 16)];

/** Whether a column is coloured as classes where nobody says. */
export const asClasses = (column: Column, wanted: boolean | null): boolean => column.numbers === null || (wanted ?? column.classCount <= 20);

export function colored(column: Column | null, categorical: boolean | null, count: number, theme: Theme): Coloring {
  const colors = new Uint8Array(count * 3);
  if (column === null || column.values.length < count) {
    const [r, g, b] = channels(PLAIN[theme]);
    for (let row = 0; row < count; row += 1) colors.set([r, g, b], row * 3);
    return { colors, legend: { kind: "none" } };
  }
  return asClasses(column, categorical) ? byClass(column, colors, count, theme) : byNumber(column, colors, count, theme);
}

function byClass(column: Column, colors: Uint8Array, count: number, theme: Theme): Coloring {
  const counts = new Map<string, number>();
  for (let row = 0; row < count; row += 1) counts.set(column.values[row]!, (counts.get(column.values[row]!) ?? 0) + 1);
  // Where there are too many the largest have colours; the order stays the natural one.
  const largest = new Set([...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_CLASSES).map(([value]) => value));
  const ordered = (column.classes.length > 0 ? column.classes : [...largest]).filter((value) => largest.has(value));
  const entries = ordered.map((value, place) => ({ value, color: paletteColor(place, theme), count: counts.get(value) ?? 0 }));
  const of = new Map(entries.map(({ value, color }) => [value, channels(color)]));
  const grey = channels(NO_VALUE[theme]);
  for (let row = 0; row < count; row += 1) colors.set(of.get(column.values[row]!) ?? grey, row * 3);
  return { colors, legend: { kind: "classes", entries, others: counts.size - entries.length } };
}

function byNumber(column: Column, colors: Uint8Array, count: number, theme: Theme): Coloring {
  const numbers = column.numbers!;
  let [low, high, missing] = [Infinity, -Infinity, 0];
  for (let row = 0; row < count; row += 1) {
    const value = numbers[row]!;
    if (!Number.isFinite(value)) missing += 1;
    else [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  const stops = CONTINUOUS[theme].map(channels);
  const grey = channels(NO_VALUE[theme]);
  for (let row = 0; row < count; row += 1) {
    const value = numbers[row]!;
    if (!Number.isFinite(value)) {
      colors.set(grey, row * 3);
      continue;
    }
    const place = (high > low ? (value - low) / (high - low) : 0.5) * (stops.length - 1);
    const index = Math.min(stops.length - 2, Math.floor(place));
    for (let channel = 0; channel < 3; channel += 1) colors[row * 3 + channel] = stops[index]![channel]! + (stops[index + 1]![channel]! - stops[index]![channel]!) * (place - index);
  }
  return { colors, legend: { kind: "numbers", low, high, stops: CONTINUOUS[theme], missing } };
}
