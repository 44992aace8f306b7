/**
 * Sums of colour under thousands of thin lines, pixel by pixel. Order does not matter and sums are whole numbers, so that a line
 * that comes or goes costs its own pixels alone, and none of the others is drawn again.
 */

/** Coverage of a pixel that lies wholly under one line. */
const WHOLE = 256;
/** Columns beside the picture: lines at its edge are wider than the edge. */
const MARGIN = 4;
/** Coverage is looked up in steps of a sixteenth of a line. */
const STEP_BITS = 4;
/** More than this many steps over each other are opaque, whatever the alpha. */
const MOST_STEPS = 4096;
/** Places across a line are whole numbers too, in these parts of a pixel: they add up to the same when a line goes as when it came. */
const PLACE_BITS = 16;

export class LineDensity {
  /** In device pixels. */
  readonly width: number;
  readonly height: number;
  readonly #stride: number;
  readonly #coverage: Int32Array;
  /** Red, green and blue times the coverage; null where all lines have one colour. */
  readonly #colors: Int32Array | null;

  constructor(width: number, height: number, { colored = true } = {}) {
    [this.width, this.height] = [width, height];
    this.#stride = width + 2 * MARGIN;
    this.#coverage = new Int32Array(this.#stride * height);
    this.#colors = colored ? new Int32Array(3 * this.#stride * height) : null;
  }

  get colored(): boolean {
    return this.#colors !== null;
  }

  clear(): void {
    this.#coverage.fill(0);
    this.#colors?.fill(0);
  }

  /**
   * Adds one line over every axis, or with `sign` -1 takes away what was added. `xs` and the `points` from `first` on are CSS
   * pixels, `ratio` device pixels each; `color` is 0xrrggbb. Lines are one CSS pixel thick, in whole device pixels.
   */
  line(points: Float32Array, first: number, xs: readonly number[], ratio: number, color: number, sign: 1 | -1): void {
    for (let axis = 1; axis < xs.length; axis += 1) {
      this.#segment(xs[axis - 1]! * ratio, points[first + axis - 1]! * ratio, xs[axis]! * ratio, points[first + axis]! * ratio, Math.max(1, Math.round(ratio)), color, sign);
    }
  }

  /** One pixel after the other along the longer of its two directions; across, each shares its coverage with the next. */
  #segment(x0: number, y0: number, x1: number, y1: number, thick: number, color: number, sign: 1 | -1): void {
    const isSteep = Math.abs(y1 - y0) > Math.abs(x1 - x0);
    const along = isSteep ? this.#stride : 1;
    const across = isSteep ? 1 : this.#stride;
    let [from, to, fromAcross, toAcross] = isSteep ? [y0, y1, x0 + MARGIN, x1 + MARGIN] : [x0 + MARGIN, x1 + MARGIN, y0, y1];
    if (from > to) [from, to, fromAcross, toAcross] = [to, from, toAcross, fromAcross];
    if (from === to) return;
    const slope = (toAcross - fromAcross) / (to - from);
    const first = Math.ceil(from - 0.5);
    const stop = Math.ceil(to - 0.5);
    const step = Math.round(slope * (1 << PLACE_BITS));
    const [coverage, colors] = [this.#coverage, this.#colors];
    const [red, green, blue] = [color >> 16, (color >> 8) & 255, color & 255];
    // A thick line is several thin ones side by side.
    for (let beside = 0; beside < thick; beside += 1) {
      let place = Math.round((fromAcross + (first + 0.5 - from) * slope + beside - thick / 2) * (1 << PLACE_BITS));
      for (let at = first; at < stop; at += 1, place += step) {
        const upper = at * along + (place >> PLACE_BITS) * across;
        const lower = upper + across;
        const below = sign * ((place >> (PLACE_BITS - 8)) & 255);
        const above = sign * WHOLE - below;
        coverage[upper]! += above;
        coverage[lower]! += below;
        if (colors === null) continue;
        const [a, b] = [3 * upper, 3 * lower];
        colors[a]! += above * red;
        colors[a + 1]! += above * green;
        colors[a + 2]! += above * blue;
        colors[b]! += below * red;
        colors[b + 1]! += below * green;
        colors[b + 2]! += below * blue;
      }
    }
  }

  /**
   * uint8[height, width, 4], not premultiplied: the mean colour of the lines over a pixel, as opaque as that many lines of
   * `alpha` over each other. `color` (0xrrggbb) where all have that one.
   */
  resolve(pixels: Uint8ClampedArray<ArrayBuffer>, alpha: number, color = 0): void {
    const opacity = opacities(alpha);
    const most = opacity.length - 1;
    const [coverage, colors, width, stride] = [this.#coverage, this.#colors, this.width, this.#stride];
    const out = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 2);
    // Little-endian, as every machine that has a browser.
    const own = ((color & 255) << 16) | (color & 0xff00) | (color >> 16);
    for (let row = 0, to = 0; row < this.height; row += 1) {
      let from = row * stride + MARGIN;
      for (let column = 0; column < width; column += 1, from += 1, to += 1) {
        const covered = coverage[from]!;
        if (covered === 0) {
          out[to] = 0;
          continue;
        }
        const steps = covered >> STEP_BITS;
        const shade = opacity[steps < most ? steps : most]! << 24;
        if (colors === null) out[to] = shade | own;
        else {
          const share = 1 / covered;
          const at = 3 * from;
          out[to] = shade | ((colors[at + 2]! * share) << 16) | ((colors[at + 1]! * share) << 8) | (colors[at]! * share);
        }
      }
    }
  }
}

/** uint8: the opacity of a pixel by its coverage, up to where it is opaque. */
function opacities(alpha: number): Uint8Array {
  const perStep = Math.log1p(-Math.min(alpha, 0.999)) * ((1 << STEP_BITS) / WHOLE);
  const found: number[] = [];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const opacity = Math.round(255 * -Math.expm1(step * perStep));
    found.push(opacity);
    if (opacity >= 255) break;
  }
  return Uint8Array.from(found);
}
