/** Points drawn as their label: who has room for it, what lies under the pointer, which shade of a colour one can read. */

import type { Screen } from "./screen";

export interface PlacedText {
  readonly point: number;
  readonly text: string;
  /** CSS pixels. */
  readonly width: number;
}

export const TEXT_HEIGHT = 16;
const GAP = 6;
const LONGEST = 28;
/** To measure a label costs more than to see that it has no room; of very many points the nearest are tried. */
const MOST_TRIED = 20_000;
/** WCAG 2.2, success criterion 1.4.3, for text of this size. */
const WANTED_CONTRAST = 4.5;

export const shortened = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** The points of `order` in sight: those meant first, then the nearest to the eye; in a plane in their order. `emphasis` of every point is 0, 1 or 2. */
export function nearestFirst(screen: Screen, order: ArrayLike<number>, emphasis: Uint8Array): number[] {
  const inSight = Array.from(order).filter((point) => !Number.isNaN(screen.x[point]!));
  return inSight.sort((a, b) => emphasis[b]! - emphasis[a]! || screen.depth[a]! - screen.depth[b]!);
}

/** Labels that overlap none; who comes first in `points` has the room, at most `most`. Points with an empty label have none. */
export function textsWithRoom(screen: Screen, points: readonly number[], textOf: (point: number) => string, measure: (text: string) => number, most: number): PlacedText[] {
  const rows = new Map<number, [x: number, y: number, half: number][]>();
  const chosen: PlacedText[] = [];
  for (const point of points.slice(0, MOST_TRIED)) {
    if (chosen.length >= most) break;
    const text = shortened(textOf(point).trim());
    if (text === "") continue;
    const width = measure(text);
    const [x, y, half] = [screen.x[point]!, screen.y[point]!, (width + GAP) / 2];
    const row = Math.floor(y / TEXT_HEIGHT);
    const taken = [row - 1, row, row + 1].some((near) => rows.get(near)?.some(([ox, oy, other]) => Math.abs(oy - y) < TEXT_HEIGHT && Math.abs(ox - x) < half + other));
    if (taken) continue;
    rows.set(row, [...(rows.get(row) ?? []), [x, y, half]]);
    chosen.push({ point, text, width });
  }
  return chosen;
}

/** The point whose label lies under a place, the nearest to the eye of several; -1 where there is none. */
export function textAt(screen: Screen, texts: readonly PlacedText[], x: number, y: number): number {
  let best = -1;
  for (const { point, width } of texts) {
    // What went out of sight since is NaN.
    if (!(Math.abs(screen.x[point]! - x) <= width / 2 + 2 && Math.abs(screen.y[point]! - y) <= TEXT_HEIGHT / 2)) continue;
    if (best < 0 || screen.depth[point]! < screen.depth[best]!) best = point;
  }
  return best;
}

export type Shade = readonly [red: number, green: number, blue: number];

/** Relative luminance of sRGB, as WCAG 2.2 has it. */
function luminance(shade: Shade): number {
  const [r, g, b] = shade.map((channel) => (channel <= 10.31475 ? channel / 3294.6 : ((channel / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one: Shade, other: Shade): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** The colour with as little of the ink of text in it as makes it readable on the ground. */
export function readable(shade: Shade, ground: Shade, ink: Shade): Shade {
  for (let part = 0; part < 1; part += 0.1) {
    const mixed = shade.map((channel, at) => channel + (ink[at]! - channel) * part) as unknown as Shade;
    if (contrast(mixed, ground) >= WANTED_CONTRAST) return mixed;
  }
  return ink;
}
