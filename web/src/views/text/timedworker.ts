/** A worker that answers one question at a time, and is ended where an answer takes too long. */

interface Question<Asked, Answer> {
  readonly asked: Asked;
  readonly answered: (answer: Answer | null) => void;
}

export class TimedWorker<Asked, Answer> {
  readonly #start: () => Worker;
  readonly #mostMs: number;
  readonly #waiting: Question<Asked, Answer>[] = [];
  #worker: Worker | null = null;
  #busy = false;

  constructor(start: () => Worker, mostMs: number) {
    this.#start = start;
    this.#mostMs = mostMs;
  }

  /** Null where the answer took too long or the worker failed; questions that wait are not touched by that. */
  ask(asked: Asked): Promise<Answer | null> {
    return new Promise((answered) => {
      this.#waiting.push({ asked, answered });
      this.#next();
    });
  }

  #next(): void {
    const question = this.#busy ? undefined : this.#waiting.shift();
    if (question === undefined) return;
    this.#busy = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const done = (answer: Answer | null, failed: boolean): void => {
      clearTimeout(timer);
      if (failed) {
        this.#worker?.terminate();
        this.#worker = null;
      }
      this.#busy = false;
      question.answered(answer);
      this.#next();
    };
    try {
      this.#worker ??= this.#start();
      this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => done(data, false);
      this.#worker.onerror = () => done(null, true);
      timer = setTimeout(() => done(null, true), this.#mostMs);
      this.#worker.postMessage(question.asked);
    } catch {
      done(null, true);
    }
  }
}
