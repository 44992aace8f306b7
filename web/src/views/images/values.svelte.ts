/** Reads the pixels of images that are looked at closely, each once, and forgets them with the image. */

import { MOST_PIXELS, readPixels, type Pixels } from "./pixels";
import type { StoredImage } from "./store";

type Known = { readonly pixels: Pixels | null; readonly failure: string | null };

export class PixelValues {
  readonly #known = new WeakMap<Blob, Known>();
  readonly #reading = new WeakSet<Blob>();
  readonly #read: typeof readPixels;
  /** Grows when pixels were read, so that who asked in vain asks again. */
  #news = $state(0);

  constructor(read: typeof readPixels = readPixels) {
    this.#read = read;
  }

  /** The pixels where they were read; null until then, and for an image that is too large or cannot be read. */
  of(image: StoredImage | undefined): Pixels | null {
    void this.#news;
    return image === undefined ? null : (this.#known.get(image.blob)?.pixels ?? null);
  }

  /** Why there will be no values; null where there are, or may be. */
  failure(image: StoredImage): string | null {
    void this.#news;
    return this.#known.get(image.blob)?.failure ?? null;
  }

  want(image: StoredImage): void {
    const { blob } = image;
    if (this.#known.has(blob) || this.#reading.has(blob)) return;
    this.#reading.add(blob);
    const done = (known: Known): void => {
      this.#known.set(blob, known);
      this.#news += 1;
    };
    if (image.width * image.height > MOST_PIXELS) {
      // Not within the effect that asks.
      queueMicrotask(() => done({ pixels: null, failure: "too large for its values to be read" }));
      return;
    }
    this.#read(blob).then(
      (pixels) => done({ pixels, failure: null }),
      () => done({ pixels: null, failure: "its values cannot be read" }),
    );
  }
}
