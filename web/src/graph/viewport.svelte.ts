/** Which part of the picture is in sight, and how large. */

import type { Layout, PlacedBox } from "./layout";

export const LEAST_SCALE = 0.02;
export const MOST_SCALE = 4;
/** Smaller, names are hard to read: a graph that does not fit is shown from its beginning. */
const READABLE = 0.92;
const LEAST_READABLE = 0.6;
const MARGIN = 16;

export class Viewport {
  /** Where the picture's corner is, in pixels of the canvas. */
  x = $state(0);
  y = $state(0);
  scale = $state(1);
  width = $state(0);
  height = $state(0);
  /** A fit that was asked for before the canvas was there. */
  waiting = $state.raw<{ layout: Layout; whole: boolean } | null>(null);

  /** In the picture's own coordinates. */
  readonly seen = $derived({ x: -this.x / this.scale, y: -this.y / this.scale, width: this.width / this.scale, height: this.height / this.scale });

  /** All of it; where that could not be read, the beginning of it (`whole` shows all the same). */
  fit(layout: Layout, whole = false): void {
    this.waiting = this.width === 0 ? { layout, whole } : null;
    if (this.width === 0 || layout.width === 0) return;
    const across = (this.width - 2 * MARGIN) / layout.width;
    const down = (this.height - 2 * MARGIN) / layout.height;
    this.scale = clamp(whole ? Math.min(1.15, across, down) : Math.min(1.15, Math.max(across, LEAST_READABLE), Math.max(down, READABLE)));
    this.x = (this.width - layout.width * this.scale) / 2;
    this.y = layout.height * this.scale > this.height ? MARGIN : (this.height - layout.height * this.scale) / 2;
  }

  /** Larger or smaller about a point of the canvas. */
  zoom(factor: number, x = this.width / 2, y = this.height / 2): void {
    this.zoomTo(this.scale * factor, x, y);
  }

  /** To this scale exactly, which a factor of it over the present one may miss by a rounding. */
  zoomTo(wanted: number, x = this.width / 2, y = this.height / 2): void {
    const scale = clamp(wanted);
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
  }

  pan(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
  }

  /** Brings a box into sight, in the middle where it was out of it. */
  reveal(box: PlacedBox): void {
    if (this.scale < 0.4) this.zoomTo(0.8);
    const { x, y, width, height } = this.seen;
    const isSeen = box.x >= x && box.y >= y && box.x + Math.min(box.width, width) <= x + width && box.y + Math.min(box.height, height / 2) <= y + height;
    if (!isSeen) this.center(box.x + box.width / 2, box.y + Math.min(box.height / 2, height / 3));
  }

  center(x: number, y: number): void {
    this.x = this.width / 2 - x * this.scale;
    this.y = this.height / 2 - y * this.scale;
  }

  /** Keeps a box where it was while the picture around it changes. */
  hold(before: PlacedBox, after: PlacedBox): void {
    this.pan((before.x + before.width / 2 - after.x - after.width / 2) * this.scale, (before.y - after.y) * this.scale);
  }
}

function clamp(scale: number): number {
  return Math.min(MOST_SCALE, Math.max(LEAST_SCALE, scale));
}
