/** Lines for the charts of the gallery: the same numbers every time. */

import type { Curve } from "../../charts/curves";
import type { Line } from "../../charts/line";
import { paletteColor } from "../../state/runcolors";

export function madeLine(place: number, theme: "light" | "dark", more: Partial<Line> = {}): Line {
  const x = Float64Array.from({ length: 120 }, (_, at) => at * 10);
  // A sine of large numbers is noise enough, and the same on every machine.
  const value = x.map((step, at) => 0.1 + 0.05 * place + 2 * Math.exp(-step / (200 + 60 * place)) + 0.06 * Math.sin(at * at + place));
  const smoothed = x.map((step) => 0.1 + 0.05 * place + 2 * Math.exp(-step / (200 + 60 * place)));
  const none = { x: new Float64Array(0), kind: new Float64Array(0) };
  return { key: `run ${place}`, label: `run ${place}`, color: paletteColor(place, theme), dash: [], x, value, smoothed, nonfinite: none, ...more };
}

export function chartsOf(theme: "light" | "dark"): { title: string; lines: Line[]; log?: boolean }[] {
  const band = madeLine(1, theme, {});
  return [
    { title: "smoothed", lines: [0, 1, 2].map((place) => madeLine(place, theme)) },
    { title: "dashed, not smoothed", lines: [madeLine(0, theme, { smoothed: null }), madeLine(1, theme, { smoothed: null, dash: [6, 4] })] },
    { title: "logarithmic, with NaN", lines: [madeLine(0, theme, { nonfinite: { x: Float64Array.of(300, 500, 700), kind: Float64Array.of(0, 1, 2) } })], log: true },
    { title: "band", lines: [{ ...band, smoothed: null, band: { low: band.smoothed!.map((one) => one - 0.2), high: band.smoothed!.map((one) => one + 0.2) } }] },
    { title: "a single point", lines: [madeLine(3, theme, { x: Float64Array.of(5), value: Float64Array.of(0.5), smoothed: null })] },
    { title: "empty", lines: [] },
  ];
}

/** Precision over recall of a good and of a fair classifier, the fair one with a threshold marked. */
export function curvesOf(theme: "light" | "dark"): Curve[] {
  const x = Float64Array.from({ length: 41 }, (_, at) => at / 40);
  return [
    { id: "good", label: "good", color: paletteColor(0, theme), x, y: x.map((recall) => 1 - recall ** 8 * 0.6) },
    { id: "fair", label: "fair", color: paletteColor(1, theme), dashed: true, x, y: x.map((recall) => 1 - recall ** 2 * 0.7), marks: [20] },
  ];
}
