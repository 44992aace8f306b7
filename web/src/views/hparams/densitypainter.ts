/** Keeps a canvas of many thin lines as it should be: what comes is added and what goes is taken away, a frame's share at a time. */

import { colorNumber } from "./colors";
import { LineDensity } from "./density";
import { BROWSER, type Clock } from "./paint";

/** Of the 16 ms of a frame; the pixels of the canvas and the rest of the page take the others. */
const BUDGET_MS = 5;
/** Lines between two looks at the clock. */
const AT_ONCE = 8;
/** A frame that took longer was more than this machine does in one. */
const LONG_MS = 22;
/** Further apart two frames have nothing to do with each other. */
const APART_MS = 250;
/** Where all of it is too much for one frame, the canvas gets its pixels every second one. */
const SLOW_GAP_MS = 25;
/** So long after a long frame every frame is tried again. */
const SLOW_FOR_MS = 1500;

/** Whatever is another object than before is drawn from nothing. */
export interface LinePicture {
  /** float32[lines * axes] in CSS pixels. */
  readonly points: Float32Array;
  readonly xs: readonly number[];
  readonly width: number;
  readonly height: number;
  /** "#rrggbb", one a line, or one for all. */
  readonly colors: readonly string[] | string;
}

export class DensityPainter {
  readonly #clock: Clock;
  readonly #budgetMs: number;
  #handle: number | null = null;
  #picture: LinePicture | null = null;
  #density: LineDensity | null = null;
  #pixels: ImageData | null = null;
  /** 1 where the line is in the sums, and the colour that it was added with. */
  #drawn = new Uint8Array(0);
  #colors = new Int32Array(0);
  /** When the last slice began, when the canvas got its pixels, and when a frame was too long. */
  #began = -Infinity;
  #put = -Infinity;
  #slow = -Infinity;

  constructor(clock: Clock = BROWSER, budgetMs = BUDGET_MS) {
    [this.#clock, this.#budgetMs] = [clock, budgetMs];
  }

  /** Shows the lines that are `wanted` (1), those first in `order` first. What was on its way is given up, what is drawn already stays. */
  show(context: CanvasRenderingContext2D, picture: LinePicture, order: Uint32Array, wanted: Uint8Array, alpha: number): void {
    this.stop();
    const ratio = context.canvas.width / picture.width;
    const { density, pixels } = this.#prepare(context, picture, order.length);
    const [points, xs] = [picture.points, picture.xs];
    if (!wanted.includes(1)) {
      // Less than taking every line away.
      density.clear();
      this.#drawn.fill(0);
    }
    const own = typeof picture.colors === "string" ? colorNumber(picture.colors) : 0;
    let at = 0;
    const slice = (): void => {
      const now = this.#clock.now();
      if (now - this.#began > LONG_MS && now - this.#began < APART_MS) this.#slow = now;
      this.#began = now;
      while (at < order.length) {
        const line = order[at]!;
        at += 1;
        const sign = wanted[line]! - this.#drawn[line]!;
        if (sign !== 0) {
          density.line(points, line * xs.length, xs, ratio, this.#colors.length > 0 ? this.#colors[line]! : own, sign > 0 ? 1 : -1);
          this.#drawn[line] = wanted[line]!;
        }
        if (at % AT_ONCE === 0 && this.#clock.now() >= now + this.#budgetMs) break;
      }
      const isDue = now - this.#slow > SLOW_FOR_MS || now - this.#put >= SLOW_GAP_MS;
      if (isDue) {
        density.resolve(pixels.data, alpha, own);
        context.putImageData(pixels, 0, 0);
        this.#put = now;
      }
      this.#handle = at < order.length || !isDue ? this.#clock.nextFrame(slice) : null;
    };
    this.#handle = this.#clock.nextFrame(slice);
  }

  #prepare(context: CanvasRenderingContext2D, picture: LinePicture, count: number): { density: LineDensity; pixels: ImageData } {
    const { width, height } = context.canvas;
    const before = this.#picture;
    const isSame = before !== null && before.points === picture.points && before.xs === picture.xs && before.colors === picture.colors;
    this.#picture = picture;
    const colored = typeof picture.colors !== "string";
    const isSized = this.#density !== null && this.#density.width === width && this.#density.height === height && this.#density.colored === colored;
    if (!isSame && isSized) this.#density!.clear();
    if (!isSized || !this.#density || !this.#pixels) {
      this.#density = new LineDensity(width, height, { colored });
      this.#pixels = context.createImageData(width, height);
    }
    if (!isSame || !isSized) {
      this.#drawn = new Uint8Array(count);
      this.#colors = typeof picture.colors === "string" ? new Int32Array(0) : Int32Array.from(picture.colors, colorNumber);
    }
    return { density: this.#density, pixels: this.#pixels };
  }

  stop(): void {
    if (this.#handle !== null) this.#clock.cancel(this.#handle);
    this.#handle = null;
  }

  /** Gives the memory back, where lines are drawn in another way from now on. */
  drop(): void {
    this.stop();
    [this.#picture, this.#density, this.#pixels] = [null, null, null];
  }
}
