/**
 * The pixels of a PNG as its file holds them. A canvas gives colours that were multiplied by their opacity and cut to
 * eight bits; who compares pixels wants those that were logged.
 * Format: https://www.w3.org/TR/png-3/
 */

import type { Pixels } from "./pixels";

/** Samples a pixel by the colour type of the file: grey, RGB, palette, grey and alpha, RGBA. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Null for what is no PNG, is interlaced, or is damaged: the browser's own decoder is asked then. */
export async function readPng(bytes: Uint8Array, mostPixels: number): Promise<Pixels | null> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33 || view.getUint32(0) !== 0x89504e47 || view.getUint32(12) !== 0x49484452) return null;
  const [width, height, bits, type, interlaced] = [view.getUint32(16), view.getUint32(20), bytes[24]!, bytes[25]!, bytes[28]!];
  const samples = SAMPLES[type];
  if (samples === undefined || interlaced !== 0 || width * height > mostPixels || width * height === 0) return null;
  const chunks = chunksOf(bytes, view);
  const palette = chunks.find(([name]) => name === "PLTE")?.[1];
  const opacity = chunks.find(([name]) => name === "tRNS")?.[1];
  if (type === 3 && palette === undefined) return null;
  const rowBytes = Math.ceil((width * samples * bits) / 8);
  const rows = await inflated(chunks.filter(([name]) => name === "IDAT").map(([, data]) => data), height * (rowBytes + 1));
  if (rows === null || !unfilter(rows, height, rowBytes, Math.max(1, (samples * bits) >> 3))) return null;
  const raw = unpacked(rows, { width, height, samples, bits, rowBytes, spread: type === 0 ? 255 / (2 ** bits - 1) : 1 });
  if (type === 3) return colours(raw, width, height, palette!, opacity);
  const levels = { width, height, channels: samples as 1 | 2 | 3 | 4, bits: bits === 16 ? 16 : 8, data: raw } as const;
  // A grey or a colour that is see-through: rare, and the browser knows what to make of it.
  return opacity === undefined ? levels : null;
}

function chunksOf(bytes: Uint8Array, view: DataView): [string, Uint8Array][] {
  const chunks: [string, Uint8Array][] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12) break;
    chunks.push([String.fromCharCode(...bytes.subarray(at + 4, at + 8)), bytes.subarray(at + 8, at + 8 + length)]);
    at += 12 + length;
  }
  return chunks;
}

/** What was deflated, read no further than wanted: a small file can hold a flood. */
async function inflated(parts: readonly Uint8Array[], wanted: number): Promise<Uint8Array | null> {
  const stream = new Blob(parts as Uint8Array<ArrayBuffer>[]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  const out = new Uint8Array(wanted);
  let filled = 0;
  try {
    while (filled < wanted) {
      const { done, value } = await reader.read();
      if (done) break;
      const room = value.subarray(0, wanted - filled);
      out.set(room, filled);
      filled += room.length;
    }
    if (filled === wanted) await reader.cancel();
  } catch {
    return null;
  }
  return filled === wanted ? out : null;
}

/** Undoes the filter of each row in place; false for a filter that is none. `step`: bytes of a pixel. */
function unfilter(rows: Uint8Array, height: number, rowBytes: number, step: number): boolean {
  for (let y = 0; y < height; y += 1) {
    const start = y * (rowBytes + 1) + 1;
    const filter = rows[start - 1]!;
    if (filter > 4) return false;
    for (let x = 0; x < rowBytes && filter > 0; x += 1) {
      const at = start + x;
      const left = x >= step ? rows[at - step]! : 0;
      const above = y > 0 ? rows[at - rowBytes - 1]! : 0;
      const corner = x >= step && y > 0 ? rows[at - rowBytes - 1 - step]! : 0;
      const guess = filter === 1 ? left : filter === 2 ? above : filter === 3 ? (left + above) >> 1 : paeth(left, above, corner);
      rows[at] = rows[at]! + guess;
    }
  }
  return true;
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

interface Packed {
  width: number;
  height: number;
  samples: number;
  bits: number;
  rowBytes: number;
  /** Grey of fewer than eight bits is spread over 0 to 255; indices of a palette stay. */
  spread: number;
}

/** One number a sample. */
function unpacked(rows: Uint8Array, { width, height, samples, bits, rowBytes, spread }: Packed): Uint8Array | Uint16Array {
  const count = width * samples;
  const out = bits === 16 ? new Uint16Array(count * height) : new Uint8Array(count * height);
  for (let y = 0; y < height; y += 1) {
    const start = y * (rowBytes + 1) + 1;
    for (let x = 0; x < count; x += 1) {
      if (bits === 16) out[y * count + x] = (rows[start + 2 * x]! << 8) | rows[start + 2 * x + 1]!;
      else if (bits === 8) out[y * count + x] = rows[start + x]!;
      else out[y * count + x] = ((rows[start + ((x * bits) >> 3)]! >> (8 - bits - ((x * bits) & 7))) & ((1 << bits) - 1)) * spread;
    }
  }
  return out;
}

function colours(indices: Uint8Array | Uint16Array, width: number, height: number, palette: Uint8Array, opacity: Uint8Array | undefined): Pixels {
  const channels = opacity === undefined ? 3 : 4;
  const data = new Uint8Array(width * height * channels);
  for (let at = 0; at < width * height; at += 1) {
    const index = indices[at]!;
    for (let channel = 0; channel < 3; channel += 1) data[at * channels + channel] = palette[index * 3 + channel] ?? 0;
    if (opacity !== undefined) data[at * channels + 3] = opacity[index] ?? 255;
  }
  return { width, height, channels, bits: 8, data };
}
