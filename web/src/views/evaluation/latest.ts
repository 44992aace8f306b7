/** One question at a time to the server: while it is answered only the newest of those that come is kept. */

export class Latest<Question, Answer> {
  readonly #ask: (question: Question) => Promise<Answer>;
  readonly #take: (answer: Answer, question: Question) => void;
  readonly #failed: (error: unknown) => void;
  #busy = false;
  #next: { readonly question: Question } | null = null;
  #gone = false;

  constructor(ask: (question: Question) => Promise<Answer>, take: (answer: Answer, question: Question) => void, failed: (error: unknown) => void) {
    this.#ask = ask;
    this.#take = take;
    this.#failed = failed;
  }

  ask(question: Question): void {
    if (this.#busy) this.#next = { question };
    else void this.#run(question);
  }

  /** What is still answered reaches nobody. */
  stop(): void {
    this.#gone = true;
    this.#next = null;
  }

  async #run(question: Question): Promise<void> {
    this.#busy = true;
    for (let at: { readonly question: Question } | null = { question }; at !== null; at = this.#next) {
      this.#next = null;
      try {
        const answer = await this.#ask(at.question);
        if (!this.#gone) this.#take(answer, at.question);
      } catch (error) {
        if (!this.#gone) this.#failed(error);
      }
    }
    this.#busy = false;
  }
}
