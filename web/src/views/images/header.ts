/** What the first bytes of an encoded image say of it, before anything is decoded. */

export interface ImageHeader {
  /** Pixels, as the file claims. */
  readonly width: number;
  readonly height: number;
}

/** Bytes that hold the size in every format but a JPEG with a large preview in front. */
export const HEADER_BYTES = 256 << 10;

/** The size that a PNG, GIF, BMP, WebP or JPEG claims; null where the bytes say none. */
export function readHeader(bytes: Uint8Array): ImageHeader | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (text: string, at = 0): boolean => bytes.length >= at + text.length && [...text].every((letter, index) => bytes[at + index] === letter.charCodeAt(0));
  if (starts("\x89PNG\r\n\x1a\n") && starts("IHDR", 12) && bytes.length >= 24) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (starts("GIF8") && bytes.length >= 10) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (starts("BM") && bytes.length >= 26) return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
  if (starts("RIFF") && starts("WEBP", 8)) return webpSize(view, starts);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegSize(view);
  return null;
}

function webpSize(view: DataView, starts: (text: string, at: number) => boolean): ImageHeader | null {
  if (view.byteLength < 30) return null;
  if (starts("VP8X", 12)) return { width: 1 + (view.getUint32(23, true) >>> 8), height: 1 + ((view.getUint16(27, true) | (view.getUint8(29) << 16)) & 0xffffff) };
  if (starts("VP8L", 12)) {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  return starts("VP8 ", 12) ? { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff } : null;
}

/** The size stands in the first segment that begins a frame. */
function jpegSize(view: DataView): ImageHeader | null {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // All but the tables of Huffman codes, of arithmetic coding and the reserved one.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
