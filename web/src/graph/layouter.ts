/** Asks the worker for layouts. Where no worker can be made (a page in a file of its own), the layout runs here. */

import LayoutWorker from "./layout.worker?worker&inline";
import type { Layout, LayoutRequest } from "./layout";

interface Answer {
  readonly number: number;
  readonly layout?: Layout;
  readonly error?: string;
}

export class Layouter {
  #worker: Worker | null = null;
  #isBroken = false;
  #number = 0;
  readonly #waiting = new Map<number, { request: LayoutRequest; done: (layout: Layout) => void; failed: (error: Error) => void }>();

  layout(request: LayoutRequest): Promise<Layout> {
    return new Promise((done, failed) => {
      const worker = this.#started();
      this.#number += 1;
      this.#waiting.set(this.#number, { request, done, failed });
      if (worker) worker.postMessage({ number: this.#number, request });
      else void this.#here();
    });
  }

  /** Starts the worker, so that the first layout does not wait for it. */
  warm(): void {
    this.#started();
  }

  stop(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#waiting.clear();
  }

  #started(): Worker | null {
    if (this.#worker || this.#isBroken) return this.#worker;
    try {
      this.#worker = new LayoutWorker();
    } catch {
      this.#isBroken = true;
      return null;
    }
    this.#worker.onmessage = (event: MessageEvent<Answer>) => this.#answered(event.data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#worker?.terminate();
      this.#worker = null;
      this.#isBroken = true;
      void this.#here();
    };
    return this.#worker;
  }

  #answered({ number, layout, error }: Answer): void {
    const asked = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (layout) asked?.done(layout);
    else asked?.failed(new Error(error ?? "the layout gave nothing"));
  }

  async #here(): Promise<void> {
    const { layout } = await import("./layout");
    for (const [number, { request }] of [...this.#waiting]) {
      try {
        this.#answered({ number, layout: layout(request) });
      } catch (error) {
        this.#answered({ number, error: String(error) });
      }
    }
  }
}
