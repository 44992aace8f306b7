/** How one image differs from another, pixel by pixel. */

import type { Pixels } from "./pixels";

export interface DifferenceOptions {
  /** Differences are shown this many times as large. */
  readonly gain: number;
  /** Around a middle grey: brighter where A is larger, darker where B is. Else the size alone, on black. */
  readonly signed: boolean;
}

export interface Difference {
  readonly width: number;
  readonly height: number;
  /** RGBA to draw. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  /** Pixels that are not the same in every channel. */
  readonly changed: number;
  /** Largest difference of one channel, of 255. */
  readonly largest: number;
  /** Mean of the absolute differences over all pixels and channels, of 255. */
  readonly mean: number;
}

/** A minus B. Null where the sizes differ. Opacity counts among the channels, but is not drawn. */
export function difference(a: Pixels, b: Pixels, { gain, signed }: DifferenceOptions): Difference | null {
  if (a.width !== b.width || a.height !== b.height) return null;
  const count = a.width * a.height;
  const data = new Uint8ClampedArray(4 * count);
  const channels = Math.max(a.channels, b.channels) > 2 ? 3 : 1;
  const seeThrough = [a, b].some((pixels) => pixels.channels % 2 === 0);
  const [readA, readB] = [levelsOf(a), levelsOf(b)];
  let changed = 0;
  let largest = 0;
  let sum = 0;
  for (let pixel = 0; pixel < count; pixel += 1) {
    let same = true;
    for (let channel = 0; channel < 4; channel += 1) {
      const off = readA(pixel, channel) - readB(pixel, channel);
      if (channel < 3) data[4 * pixel + channel] = signed ? 127.5 + (off * gain) / 2 : Math.abs(off) * gain;
      if (off !== 0) same = false;
      if (channel < channels || (channel === 3 && seeThrough)) {
        largest = Math.max(largest, Math.abs(off));
        sum += Math.abs(off);
      }
    }
    data[4 * pixel + 3] = 255;
    if (!same) changed += 1;
  }
  return { width: a.width, height: a.height, data, changed, largest, mean: sum / (count * (channels + Number(seeThrough))) };
}

/** Red, green, blue and opacity of 255, whatever channels there are. */
function levelsOf({ channels, bits, data }: Pixels): (pixel: number, channel: number) => number {
  const scale = bits === 16 ? 255 / 65_535 : 1;
  const colours = channels < 3 ? 1 : 3;
  const opacity = channels % 2 === 0;
  return (pixel, channel) => {
    if (channel === 3) return opacity ? data[pixel * channels + channels - 1]! * scale : 255;
    return data[pixel * channels + (colours === 1 ? 0 : channel)]! * scale;
  };
}
