/** How loud a channel is, and what is wrong with it. */

import type { Clip } from "./clip";

export interface Loudness {
  /** Largest size of a finite sample; 1 is full scale. */
  readonly peak: number;
  /** Root of the mean square of the finite samples. */
  readonly rms: number;
  /** Mean of the finite samples: what is not 0 pushes the sound off its middle. */
  readonly mean: number;
  /** Samples at or beyond full scale. */
  readonly clipped: number;
  /** NaN or infinite. */
  readonly nonfinite: number;
}

export function loudnessOf(samples: Float32Array, fullScale: number): Loudness {
  let [peak, squares, sum, clipped, nonfinite] = [0, 0, 0, 0, 0];
  for (const sample of samples) {
    if (!Number.isFinite(sample)) {
      nonfinite += 1;
      continue;
    }
    const size = Math.abs(sample);
    if (size > peak) peak = size;
    if (size >= fullScale) clipped += 1;
    squares += sample * sample;
    sum += sample;
  }
  const count = Math.max(1, samples.length - nonfinite);
  return { peak, rms: Math.sqrt(squares / count), mean: sum / count, clipped, nonfinite };
}

/** Decibels below full scale as people write them: "-6.0 dB"; "silent" for nothing at all. */
export function decibels(level: number): string {
  if (level === 0) return "silent";
  const value = 20 * Math.log10(level);
  return `${value < 0 && value > -0.05 ? "0.0" : value.toFixed(1).replace("-", "−")} dB`;
}

/** Where samples fall among `columns` equal stretches: extremes of the finite ones, and which stretches hold what is wrong. */
export interface Envelope {
  readonly low: Float32Array;
  readonly high: Float32Array;
  /** 1: at or beyond full scale, 2: not finite (which outweighs it). */
  readonly marks: Uint8Array;
}

export function envelopeOf(samples: Float32Array, columns: number, fullScale: Clip["fullScale"]): Envelope {
  const [low, high, marks] = [new Float32Array(columns).fill(Infinity), new Float32Array(columns).fill(-Infinity), new Uint8Array(columns)];
  for (let column = 0; column < columns; column += 1) {
    const from = Math.floor((column * samples.length) / columns);
    // A stretch shorter than a sample shows the sample it lies in.
    const until = Math.max(from + 1, Math.floor(((column + 1) * samples.length) / columns));
    for (let at = from; at < until; at += 1) {
      const sample = samples[at]!;
      if (!Number.isFinite(sample)) marks[column] = 2;
      else {
        if (sample < low[column]!) low[column] = sample;
        if (sample > high[column]!) high[column] = sample;
        if (Math.abs(sample) >= fullScale && marks[column] === 0) marks[column] = 1;
      }
    }
    if (low[column] === Infinity) low[column] = high[column] = 0;
  }
  return { low, high, marks };
}
