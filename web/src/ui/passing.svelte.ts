/** Something that is said for a moment, as "Copied". */

/** It counts from the frame that shows it, since a page can be busy for longer than that, and anew where it is said again. */
export class Passing<Said> {
  readonly #forMs: number;
  #now = $state.raw<Said | null>(null);
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  get now(): Said | null {
    return this.#now;
  }

  say(said: Said): void {
    this.#now = said;
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = requestAnimationFrame(() => {
      this.#timer = setTimeout(() => (this.#now = null), this.#forMs);
    });
  }
}
