/** How many points are drawn while the camera moves, so that a slow machine follows the hand; at rest all are. */

const SLOW_MS = 50;
const QUICK_MS = 25;
const WANTED_MS = 40;
const FEWEST = 5000;

export class Pace {
  #most = Infinity;

  /** Of `total` points; the rest waits until the camera rests. */
  points(total: number): number {
    return Math.min(total, Math.round(this.#most));
  }

  /** A picture of so many points was asked for and drawn after a time that the ones before it took. */
  took(ms: number, points: number): void {
    if (ms > SLOW_MS) this.#most = Math.max(FEWEST, points * Math.max(0.4, WANTED_MS / ms));
    else if (ms < QUICK_MS && this.#most !== Infinity) this.#most *= 1.15;
  }
}
