/** Ticks and their labels for both axes of a chart; the canvas and the exported SVG use the same. */

import { formatDuration, formatDurationTick, formatLogTick, formatStepTick, formatTick, formatWallTick } from "../lib/format";
import { durationTicks, linearTicks, logTicks, spacingOf, symlogTicks, wallTicks } from "../lib/ticks";
import type { Range } from "../lib/range";
import type { ValueAxis, View, XUnit, YScale } from "./line";

export interface Tick {
  readonly at: number;
  readonly label: string;
}

const X_TICK_PIXELS = 52;
const Y_TICK_PIXELS = 30;

/** Clocks and durations are longer than steps. */
const xTickCount = (unit: XUnit, pixels: number) => Math.max(2, Math.floor(pixels / (unit === "step" || unit === "tag" ? X_TICK_PIXELS : X_TICK_PIXELS * 1.5)));

/** On the axis as it is scaled. */
export function scaledXTicks(unit: XUnit, view: Pick<View, "x" | "xKind" | "xLinearBelow">, pixels: number): Tick[] {
  const [min, max] = view.x;
  if (view.xKind === "linear") return xTicks(unit, min, max, pixels);
  const count = xTickCount(unit, pixels);
  const ticks = view.xKind === "log" ? logTicks(min, max, count) : symlogTicks(min, max, view.xLinearBelow, count);
  const label = unit === "relative" ? formatDuration : unit === "step" ? formatStepTick : formatLogTick;
  return ticks.map((at) => ({ at, label: label(at) }));
}

/** On a linear axis. */
export function xTicks(unit: XUnit, min: number, max: number, pixels: number): Tick[] {
  const count = xTickCount(unit, pixels);
  if (unit === "tag") {
    const ticks = linearTicks(min, max, count);
    const spacing = spacingOf(ticks);
    return ticks.map((at) => ({ at, label: formatTick(at, spacing) }));
  }
  if (unit === "step") {
    return linearTicks(min, max, count, { integral: true }).map((at) => ({ at, label: formatStepTick(at) }));
  }
  const offset = unit === "wall" ? new Date(min * 1000).getTimezoneOffset() * 60 : 0;
  const ticks = unit === "wall" ? wallTicks(min, max, count, offset) : durationTicks(min, max, count);
  const spacing = spacingOf(ticks);
  const format = unit === "wall" ? formatWallTick : formatDurationTick;
  return ticks.map((at) => ({ at, label: format(at, spacing) }));
}

export function yTicks(view: ValueAxis, pixels: number): Tick[] {
  const [min, max] = view.y;
  const count = Math.max(2, Math.floor(pixels / Y_TICK_PIXELS));
  if (view.yKind === "linear") {
    const ticks = linearTicks(min, max, count);
    const spacing = spacingOf(ticks);
    return ticks.map((at) => ({ at, label: formatTick(at, spacing) }));
  }
  const ticks = view.yKind === "log" ? logTicks(min, max, count) : symlogTicks(min, max, view.linearBelow, count);
  return ticks.map((at) => ({ at, label: formatLogTick(at) }));
}

function scaleOf(kind: YScale, linearBelow: number): (value: number) => number {
  if (kind === "linear") return (value) => value;
  return kind === "log" ? Math.log10 : (value) => Math.asinh(value / linearBelow);
}

function fractionOf(kind: YScale, linearBelow: number, ends: Range): (value: number) => number {
  const scaled = scaleOf(kind, linearBelow);
  const low = scaled(ends[0]);
  const span = scaled(ends[1]) - low;
  return (value) => (scaled(value) - low) / span;
}

/** Maps a value to 0..1 of the y axis as it is scaled. */
export function yFraction(view: Pick<View, "y" | "yKind" | "linearBelow">): (value: number) => number {
  return fractionOf(view.yKind, view.linearBelow, view.y);
}

/** Maps a place to 0..1 of the x axis as it is scaled. */
export function xFraction(view: Pick<View, "x" | "xKind" | "xLinearBelow">): (value: number) => number {
  return fractionOf(view.xKind, view.xLinearBelow, view.x);
}

/** The place at 0..1 of the x axis as it is scaled: what `xFraction` undoes. */
export function xAtFraction(view: Pick<View, "x" | "xKind" | "xLinearBelow">): (fraction: number) => number {
  const scaled = scaleOf(view.xKind, view.xLinearBelow);
  const low = scaled(view.x[0]);
  const span = scaled(view.x[1]) - low;
  const back = view.xKind === "linear" ? (at: number) => at : view.xKind === "log" ? (at: number) => 10 ** at : (at: number) => Math.sinh(at) * view.xLinearBelow;
  return (fraction) => back(low + fraction * span);
}
