/** Images that were fetched and decoded, kept so that going back and forth is instant; the oldest go first. */

import { SourceError, type DataSource, type ImageRef } from "../../api/source";

export interface StoredImage {
  /** For `<img src>`; good until the store lets the image go. */
  readonly url: string;
  readonly width: number;
  readonly height: number;
  /** How many images the sample holds. */
  readonly itemCount: number;
  readonly mediaType: string;
  readonly byteCount: number;
}

/** Decodes what `url` holds; rejects where the browser cannot. */
export type Measure = (url: string) => Promise<{ width: number; height: number }>;

const CAPACITY_BYTES = 64 << 20;

async function measureInBrowser(url: string): Promise<{ width: number; height: number }> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return { width: image.naturalWidth, height: image.naturalHeight };
}

export class ImageStore {
  readonly #source: Pick<DataSource, "image">;
  readonly #measure: Measure;
  readonly #capacity: number;
  /** In order of last use. */
  readonly #entries = new Map<string, { loading: Promise<StoredImage>; stored: StoredImage | null }>();
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

  load(image: ImageRef): Promise<StoredImage> {
    const key = keyOf(image);
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.loading;
    }
    const entry: { loading: Promise<StoredImage>; stored: StoredImage | null } = { loading: this.#fetch(image), stored: null };
    this.#entries.set(key, entry);
    entry.loading.then(
      (stored) => {
        entry.stored = stored;
        this.#bytes += stored.byteCount;
        this.#evict(key);
      },
      // A failure is not kept: the next call tries again.
      () => this.#entries.delete(key),
    );
    return entry.loading;
  }

  clear(): void {
    for (const { stored } of this.#entries.values()) if (stored) URL.revokeObjectURL(stored.url);
    this.#entries.clear();
    this.#bytes = 0;
  }

  async #fetch(image: ImageRef): Promise<StoredImage> {
    const { blob, item_count } = await this.#source.image(image);
    const url = URL.createObjectURL(blob);
    try {
      const { width, height } = await this.#measure(url);
      return { url, width, height, itemCount: item_count, mediaType: blob.type, byteCount: blob.size };
    } catch {
      URL.revokeObjectURL(url);
      throw new SourceError("undecodable", `The browser cannot decode this ${blob.type || "image"} of ${blob.size} bytes.`);
    }
  }

  #evict(newest: string): void {
    for (const [key, { stored }] of this.#entries) {
      if (this.#bytes <= this.#capacity) return;
      if (stored === null || key === newest) continue;
      URL.revokeObjectURL(stored.url);
      this.#bytes -= stored.byteCount;
      this.#entries.delete(key);
    }
  }
}

function keyOf({ run, tag, sample, item = 0, key = "" }: ImageRef): string {
  return JSON.stringify([run, tag, key === "" ? sample : key, item]);
}
