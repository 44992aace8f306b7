/** The values of an image's pixels, as its file holds them. */

import { readPng } from "./png";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and opacity, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 2 | 3 | 4;
  /** Of one value: it is at most 255 or 65,535. */
  readonly bits: 8 | 16;
  /** Row by row, the channels of a pixel together. */
  readonly data: Uint8Array | Uint16Array | Uint8ClampedArray;
}

/** Larger images are shown, but their values are not held. */
export const MOST_PIXELS = 1 << 24;

/** The pixels of an encoded image; of an animation those of its first frame. Rejects where the browser cannot decode it. */
export async function readPixels(blob: Blob): Promise<Pixels> {
  if (blob.type === "image/png") {
    const pixels = await readPng(new Uint8Array(await blob.arrayBuffer()), MOST_PIXELS);
    if (pixels !== null) return pixels;
  }
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  const { width, height } = bitmap;
  try {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no canvas to draw on");
    context.drawImage(bitmap, 0, 0);
    return slimmed(context.getImageData(0, 0, width, height).data, width, height);
  } finally {
    bitmap.close();
  }
}

/** Without the channels that say nothing: opacity that is full everywhere, colours that are all grey. */
export function slimmed(rgba: Uint8ClampedArray, width: number, height: number): Pixels {
  let opaque = true;
  let grey = true;
  for (let at = 0; at < rgba.length && (opaque || grey); at += 4) {
    if (rgba[at + 3] !== 255) opaque = false;
    if (rgba[at] !== rgba[at + 1] || rgba[at] !== rgba[at + 2]) grey = false;
  }
  if (!opaque && !grey) return { width, height, channels: 4, bits: 8, data: rgba };
  const kept = grey ? (opaque ? [0] : [0, 3]) : [0, 1, 2];
  const data = new Uint8Array(width * height * kept.length);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    kept.forEach((channel, place) => (data[pixel * kept.length + place] = rgba[4 * pixel + channel]!));
  }
  return { width, height, channels: kept.length as 1 | 2 | 3, bits: 8, data };
}

/** The values of one pixel, one a channel; none beside the image. */
export function valuesAt({ width, height, channels, data }: Pixels, x: number, y: number): readonly number[] {
  if (x < 0 || y < 0 || x >= width || y >= height) return [];
  const at = (y * width + x) * channels;
  return Array.from(data.subarray(at, at + channels));
}

/** What the values of a pixel are called. */
export function channelsOf({ channels, bits }: Pixels): string {
  const name = { 1: "grey", 2: "grey, opacity", 3: "RGB", 4: "RGBA" }[channels];
  return bits === 16 ? `${name}, 16 bits` : name;
}
