/** The power of each frequency over time, by the discrete Fourier transform of overlapping stretches. */

/** Transforms in place; the length is a power of two. */
export function fft(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  for (let at = 1, back = 0; at < size; at += 1) {
    let bit = size >> 1;
    for (; back & bit; bit >>= 1) back ^= bit;
    back ^= bit;
    if (at < back) {
      [real[at], real[back]] = [real[back]!, real[at]!];
      [imaginary[at], imaginary[back]] = [imaginary[back]!, imaginary[at]!];
    }
  }
  for (let length = 2; length <= size; length <<= 1) {
    const half = length >> 1;
    for (let place = 0; place < half; place += 1) {
      const angle = (-2 * Math.PI * place) / length;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      for (let low = place; low < size; low += length) {
        const high = low + half;
        const [re, im] = [real[high]! * cos - imaginary[high]! * sin, real[high]! * sin + imaginary[high]! * cos];
        [real[high], imaginary[high]] = [real[low]! - re, imaginary[low]! - im];
        [real[low], imaginary[low]] = [real[low]! + re, imaginary[low]! + im];
      }
    }
  }
}

export interface Spectrogram {
  readonly columns: number;
  /** From 0 to half the sample rate, evenly. */
  readonly bins: number;
  /** Decibels below a sine of full scale, column by column, low frequencies first. */
  readonly decibels: Float32Array;
}

/** Samples in a stretch. */
export const STRETCH = 1024;
export const FLOOR_DB = -100;

/** Stretches are centred evenly over the sound; what is not finite counts as silence. */
export function spectrogramOf(samples: Float32Array, columns: number): Spectrogram {
  const bins = STRETCH / 2;
  const decibels = new Float32Array(columns * bins);
  const window = Float64Array.from({ length: STRETCH }, (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / STRETCH));
  const [real, imaginary] = [new Float64Array(STRETCH), new Float64Array(STRETCH)];
  for (let column = 0; column < columns; column += 1) {
    const start = Math.round(((column + 0.5) * samples.length) / columns) - STRETCH / 2;
    for (let at = 0; at < STRETCH; at += 1) {
      const sample = samples[start + at] ?? 0;
      real[at] = Number.isFinite(sample) ? sample * window[at]! : 0;
      imaginary[at] = 0;
    }
    fft(real, imaginary);
    for (let bin = 0; bin < bins; bin += 1) {
      // A sine of full scale, under this window, comes to a quarter of the stretch.
      const size = Math.hypot(real[bin]!, imaginary[bin]!) / (STRETCH / 4);
      decibels[column * bins + bin] = Math.max(FLOOR_DB, 20 * Math.log10(size + 1e-12));
    }
  }
  return { columns, bins, decibels };
}

/** Place in `decibels` of the loudest bin that row `row` of `rows` covers in a column; row 0 is the highest frequencies. */
export function loudestBin({ bins, decibels }: Spectrogram, column: number, row: number, rows: number): number {
  const first = Math.floor(((rows - 1 - row) * bins) / rows);
  const last = Math.max(first, Math.ceil(((rows - row) * bins) / rows) - 1);
  let best = column * bins + first;
  for (let at = best + 1; at <= column * bins + last; at += 1) if (decibels[at]! > decibels[best]!) best = at;
  return best;
}
