/** Images that were fetched and decoded, kept so that going back and forth is instant; the oldest go first. */

import { SourceError, type DataSource, type ImageRef } from "../../api/source";
import { formatBytes, formatCount } from "../../lib/format";
import { HEADER_BYTES, readHeader, type ImageHeader } from "./header";

export interface StoredImage {
  /** For `<img src>`; good until the store lets the image go. */
  readonly url: string;
  /** The same, or a smaller copy of an image that takes much memory when it is decoded. */
  readonly thumbUrl: string;
  readonly width: number;
  readonly height: number;
  /** How many images the sample holds. */
  readonly itemCount: number;
  readonly mediaType: string;
  readonly byteCount: number;
  /** The file as it was logged. */
  readonly blob: Blob;
}

/** Decodes what `url` holds; rejects where the browser cannot. */
export type Measure = (blob: Blob, url: string, header: ImageHeader | null) => Promise<{ width: number; height: number; thumb: Blob | null }>;

const CAPACITY_BYTES = 64 << 20;
/** Decoded, an image takes four bytes a pixel. More than this is decoded small, and one at a time. */
const LARGE_PIXELS = 4 << 20;
/** More than this is not decoded at all. */
export const MOST_DECODED = 1 << 28;
const THUMB_SIDE = 1024;

let largeOnes: Promise<unknown> = Promise.resolve();

async function measureInBrowser(blob: Blob, url: string, header: ImageHeader | null): Promise<{ width: number; height: number; thumb: Blob | null }> {
  if (header !== null && header.width * header.height > LARGE_PIXELS) {
    const turn = largeOnes.then(() => reduced(blob, header));
    largeOnes = turn.catch(() => {});
    return { ...header, thumb: await turn };
  }
  const image = new Image();
  image.src = url;
  await image.decode();
  return { width: image.naturalWidth, height: image.naturalHeight, thumb: null };
}

async function reduced(blob: Blob, { width, height }: ImageHeader): Promise<Blob> {
  const scale = Math.min(1, THUMB_SIDE / Math.max(width, height));
  const [resizeWidth, resizeHeight] = [width, height].map((side) => Math.max(1, Math.round(side * scale))) as [number, number];
  const bitmap = await createImageBitmap(blob, { resizeWidth, resizeHeight, resizeQuality: "high" });
  try {
    const canvas = new OffscreenCanvas(resizeWidth, resizeHeight);
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("no canvas to draw on");
    context.drawImage(bitmap, 0, 0);
    return await canvas.convertToBlob();
  } finally {
    bitmap.close();
  }
}

interface Entry {
  readonly loading: Promise<StoredImage>;
  readonly stop: AbortController;
  stored: StoredImage | null;
  /** Those who still wait; `Infinity` once somebody did who cannot give up. */
  waiting: number;
}

export class ImageStore {
  readonly #source: Pick<DataSource, "image">;
  readonly #measure: Measure;
  readonly #capacity: number;
  /** In order of last use. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(source: Pick<DataSource, "image">, measure: Measure = measureInBrowser, capacityBytes = CAPACITY_BYTES) {
    this.#source = source;
    this.#measure = measure;
    this.#capacity = capacityBytes;
  }

  /** The image at once where it is in the store. */
  peek(image: ImageRef): StoredImage | null {
    return this.#entries.get(keyOf(image))?.stored ?? null;
  }

  /** An image that nobody waits for any more, because every `signal` was given, is no longer fetched. */
  load(image: ImageRef, signal?: AbortSignal): Promise<StoredImage> {
    const key = keyOf(image);
    const entry = this.#entries.get(key) ?? this.#begin(image, key);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (entry.stored !== null) return entry.loading;
    if (signal === undefined) {
      entry.waiting = Infinity;
      return entry.loading;
    }
    entry.waiting += 1;
    signal.addEventListener("abort", () => {
      entry.waiting -= 1;
      if (entry.waiting > 0 || entry.stored !== null) return;
      entry.stop.abort();
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    }, { once: true });
    return entry.loading;
  }

  clear(): void {
    for (const { stored, stop } of this.#entries.values()) {
      stop.abort();
      if (stored) release(stored);
    }
    this.#entries.clear();
    this.#bytes = 0;
  }

  #begin(image: ImageRef, key: string): Entry {
    const stop = new AbortController();
    const entry: Entry = { loading: this.#fetch(image, stop.signal), stop, stored: null, waiting: 0 };
    entry.loading.then(
      (stored) => {
        if (this.#entries.get(key) !== entry) return release(stored);
        entry.stored = stored;
        this.#bytes += stored.byteCount;
        this.#evict(key);
      },
      // A failure is not kept: the next call tries again.
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
    return entry;
  }

  async #fetch(image: ImageRef, signal: AbortSignal): Promise<StoredImage> {
    const { blob, item_count } = await this.#source.image(image, signal);
    const header = readHeader(new Uint8Array(await blob.slice(0, HEADER_BYTES).arrayBuffer()));
    const what = `${(blob.type || "image").replace("image/", "").toUpperCase()} of ${formatBytes(blob.size)}`;
    const size = header === null ? "" : `, ${formatCount(header.width)} × ${formatCount(header.height)} pixels by its header`;
    if (header !== null && header.width * header.height > MOST_DECODED) {
      throw new SourceError("undecodable", `The image claims more pixels than are decoded here: ${what}${size}.`);
    }
    const url = URL.createObjectURL(blob);
    try {
      const { width, height, thumb } = await this.#measure(blob, url, header);
      const thumbUrl = thumb === null ? url : URL.createObjectURL(thumb);
      return { url, thumbUrl, width, height, itemCount: item_count, mediaType: blob.type, byteCount: blob.size, blob };
    } catch {
      URL.revokeObjectURL(url);
      throw new SourceError("undecodable", `The browser cannot decode this image: ${what}${size}.`);
    }
  }

  #evict(newest: string): void {
    for (const [key, { stored }] of this.#entries) {
      if (this.#bytes <= this.#capacity) return;
      if (stored === null || key === newest) continue;
      release(stored);
      this.#bytes -= stored.byteCount;
      this.#entries.delete(key);
    }
  }
}

function release({ url, thumbUrl }: StoredImage): void {
  URL.revokeObjectURL(url);
  if (thumbUrl !== url) URL.revokeObjectURL(thumbUrl);
}

function keyOf({ run, tag, sample, item = 0, key = "" }: ImageRef): string {
  return JSON.stringify([run, tag, key === "" ? sample : key, item]);
}
