/** Colours of lines by a column: a continuous map that colour-blind eyes tell apart, or one colour a category. */

import type { Cell } from "./conditions";
import type { AxisScale } from "./scales";

/** From the lowest to the highest: orange over grey to blue, which protanopes and deuteranopes see apart. */
const CONTINUOUS = {
  light: ["#c75b12", "#d08a52", "#a39a97", "#5b8db8", "#0b5394"],
  dark: ["#ff9d52", "#d79a6c", "#98989c", "#6fa8d8", "#6cc0ff"],
} as const;

export const BUCKETS = 33;
export const NO_VALUE = { light: "#97a1ac", dark: "#5b6570" } as const;

/** 0xrrggbb of "#rrggbb". */
export function colorNumber(color: string): number {
  return parseInt(color.slice(1, 7), 16);
}

function channel(color: string, at: number): number {
  return parseInt(color.slice(at, at + 2), 16);
}

/** `at` from 0 to 1. */
export function continuousColor(at: number, theme: "light" | "dark"): string {
  const stops = CONTINUOUS[theme];
  const place = Math.min(1, Math.max(0, at)) * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(place));
  const share = place - index;
  const mix = [1, 3, 5].map((c) => Math.round(channel(stops[index]!, c) * (1 - share) + channel(stops[index + 1]!, c) * share).toString(16).padStart(2, "0"));
  return `#${mix.join("")}`;
}

export interface Coloring {
  readonly of: (row: number) => string;
  /** Continuous: a gradient; categorical: its entries. */
  readonly legend: { readonly kind: "continuous"; readonly stops: readonly string[] } | { readonly kind: "categories"; readonly entries: readonly { readonly label: string; readonly color: string }[] } | null;
}

/** By place on the column's own scale, so that colours follow the axis. `palette` colours categories. */
export function colorBy(cells: readonly Cell[], scale: AxisScale, theme: "light" | "dark", palette: (place: number) => string, { reversed = false } = {}): Coloring {
  if (scale.kind === "categorical" && scale.ticks.length <= 12) {
    const places = scale.ticks.map(({ at }) => at);
    const nearest = (at: number): number => places.findIndex((place) => Math.abs(place - at) < 1e-9);
    return {
      of: (row) => {
        const at = scale.place(cells[row]);
        return at === null ? NO_VALUE[theme] : palette(nearest(at));
      },
      legend: { kind: "categories", entries: scale.ticks.map(({ label }, index) => ({ label, color: palette(index) })) },
    };
  }
  const buckets = Array.from({ length: BUCKETS }, (_, index) => continuousColor(reversed ? 1 - index / (BUCKETS - 1) : index / (BUCKETS - 1), theme));
  return {
    of: (row) => {
      const at = scale.place(cells[row]);
      return at === null ? NO_VALUE[theme] : buckets[Math.round(Math.min(1, Math.max(0, at)) * (BUCKETS - 1))]!;
    },
    legend: { kind: "continuous", stops: [buckets[0]!, buckets[(BUCKETS - 1) / 2]!, buckets[BUCKETS - 1]!] },
  };
}
