/** Draws many marks on a canvas a frame's share at a time, so that the page never waits for it. */

/** Of the 16 ms of a frame; the rest is the page's. */
const BUDGET_MS = 7;
/** Browsers draw a canvas after the calls for it, so that only the length of the frame says what marks cost. */
const SMOOTH_MS = 18.5;
const LONG_MS = 22;
/** Further apart two frames have nothing to do with each other. */
const APART_MS = 250;
const LEAST_MARKS = 60;

export interface Clock {
  now: () => number;
  nextFrame: (work: () => void) => number;
  cancel: (handle: number) => void;
}

export const BROWSER: Clock = {
  now: () => performance.now(),
  nextFrame: (work) => requestAnimationFrame(work),
  cancel: (handle) => cancelAnimationFrame(handle),
};

export class ProgressivePainter {
  readonly #clock: Clock;
  readonly #budgetMs: number;
  #handle: number | null = null;
  /** Marks that the frames before could take, when the last of them began, and how many it was given. */
  #most = Infinity;
  #before = -Infinity;
  #given = 0;

  constructor(clock: Clock = BROWSER, budgetMs = BUDGET_MS) {
    this.#clock = clock;
    this.#budgetMs = budgetMs;
  }

  /**
   * Calls `draw` for 0 to `count`, in time slices; what was being drawn is given up. `begin` clears, in the frame in
   * which the first marks are drawn, so that nothing flickers.
   */
  start(count: number, begin: () => void, draw: (index: number) => void): void {
    this.stop();
    let at = 0;
    let begun = false;
    const slice = (): void => {
      this.#adapt();
      const deadline = this.#before + this.#budgetMs;
      if (!begun) begin();
      begun = true;
      const first = at;
      while (at < count && at - first < this.#most) {
        draw(at);
        at += 1;
        if (this.#clock.now() >= deadline) break;
      }
      this.#given = at - first;
      this.#handle = at < count ? this.#clock.nextFrame(slice) : null;
    };
    this.#handle = this.#clock.nextFrame(slice);
  }

  #adapt(): void {
    const now = this.#clock.now();
    const took = now - this.#before;
    this.#before = now;
    if (took > APART_MS || this.#given === 0) return;
    if (took > LONG_MS) this.#most = Math.max(LEAST_MARKS, Math.floor(this.#given * Math.max(0.4, SMOOTH_MS / took)));
    else if (took < SMOOTH_MS) this.#most = Math.ceil(this.#most * 1.25);
  }

  get busy(): boolean {
    return this.#handle !== null;
  }

  stop(): void {
    if (this.#handle !== null) this.#clock.cancel(this.#handle);
    this.#handle = null;
  }
}

/** As large as the element on the screen, in device pixels; the context's unit is the CSS pixel. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = canvas.getContext("2d");
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

export function strokeLine(context: CanvasRenderingContext2D, points: Float32Array, first: number, xs: readonly number[], curved: boolean): void {
  context.beginPath();
  context.moveTo(xs[0]!, points[first]!);
  for (let axis = 1; axis < xs.length; axis += 1) {
    const [x, y] = [xs[axis]!, points[first + axis]!];
    if (curved) {
      const middle = (xs[axis - 1]! + x) / 2;
      context.bezierCurveTo(middle, points[first + axis - 1]!, middle, y, x, y);
    } else context.lineTo(x, y);
  }
  context.stroke();
}
