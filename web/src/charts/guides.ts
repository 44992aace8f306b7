/** Where the names of guides (lines of equal F1, ...) stand: on their line, where no curve goes. */

import type { Box } from "../lib/box";
import type { Curve } from "./curves";

export interface GuideName {
  readonly id: string;
  readonly label: string;
  /** The middle of the words, in pixels. */
  readonly x: number;
  readonly y: number;
}

const CHARACTER = 6;
const HEIGHT = 12;
/** What is drawn is remembered in squares of so many pixels. */
const CELL = 4;

class Taken {
  readonly #cells = new Set<number>();

  constructor(readonly box: Box) {}

  #cell(x: number, y: number): number {
    return Math.floor((y - this.box.top) / CELL) * 65536 + Math.floor((x - this.box.left) / CELL);
  }

  line(fromX: number, fromY: number, toX: number, toY: number): void {
    const within = (x: number, y: number) => x >= this.box.left && x <= this.box.right && y >= this.box.top && y <= this.box.bottom;
    const steps = Math.min(4096, Math.max(1, Math.ceil(Math.max(Math.abs(toX - fromX), Math.abs(toY - fromY)) / CELL)));
    for (let step = 0; step <= steps; step += 1) {
      const [x, y] = [fromX + ((toX - fromX) * step) / steps, fromY + ((toY - fromY) * step) / steps];
      if (within(x, y)) this.#cells.add(this.#cell(x, y));
    }
  }

  isFree({ left, top, right, bottom }: Box): boolean {
    for (let y = top; y < bottom + CELL; y += CELL) {
      for (let x = left; x < right + CELL; x += CELL) if (this.#cells.has(this.#cell(Math.min(x, right), Math.min(y, bottom)))) return false;
    }
    return true;
  }

  take({ left, top, right, bottom }: Box): void {
    for (let y = top; y <= bottom; y += CELL) this.line(left, y, right, y);
  }
}

/** A name for each guide that has room for one, as near to the middle of the plot as its line goes. */
export function guideNames(guides: readonly Curve[], curves: readonly Curve[], toX: (value: number) => number, toY: (value: number) => number, plot: Box): GuideName[] {
  if (guides.every(({ label }) => label === "")) return [];
  const taken = new Taken(plot);
  for (const { x, y } of curves) {
    for (let index = 1; index < x.length; index += 1) {
      const ends = [toX(x[index - 1]!), toY(y[index - 1]!), toX(x[index]!), toY(y[index]!)] as const;
      if (ends.every(Number.isFinite)) taken.line(...ends);
    }
  }
  const [middleX, middleY] = [(plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2];
  const names: GuideName[] = [];
  for (const { id, label, x, y } of guides) {
    if (label === "") continue;
    const half = (label.length * CHARACTER) / 2 + 2;
    const places = Array.from(x, (value, index) => ({ x: toX(value), y: toY(y[index]!) }))
      .filter((place) => place.x - half >= plot.left && place.x + half <= plot.right && place.y - HEIGHT >= plot.top && place.y + HEIGHT <= plot.bottom)
      .sort((one, other) => Math.hypot(one.x - middleX, one.y - middleY) - Math.hypot(other.x - middleX, other.y - middleY));
    const boxOf = (place: { x: number; y: number }) => ({ left: place.x - half, right: place.x + half, top: place.y - HEIGHT / 2, bottom: place.y + HEIGHT / 2 });
    const free = places.find((place) => taken.isFree(boxOf(place)));
    if (!free) continue;
    taken.take(boxOf(free));
    names.push({ id, label, ...free });
  }
  return names;
}
