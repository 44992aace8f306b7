/** How much each hyperparameter explains, asked for while it is shown. */

import type { DataSource, ImportanceAnswer, ImportanceRequest } from "../../api/source";
import { messageOf } from "../../lib/messageof";

/** Between two questions while the log grows or filters change. */
const WAIT_MS = 250;

export class ImportanceOf {
  readonly #source: Pick<DataSource, "importance">;
  found = $state.raw<ImportanceAnswer | null>(null);
  loading = $state(false);
  error = $state<string | null>(null);

  constructor(source: Pick<DataSource, "importance">) {
    this.#source = source;
  }

  /** What is there stays until the answer comes. Returns the withdrawal. */
  load(request: ImportanceRequest): () => void {
    const given = new AbortController();
    const ask = async (): Promise<void> => {
      this.loading = true;
      try {
        this.found = await this.#source.importance(request, given.signal);
        this.error = null;
      } catch (error) {
        if (!given.signal.aborted) this.error = messageOf(error);
      } finally {
        if (!given.signal.aborted) this.loading = false;
      }
    };
    const timer = setTimeout(() => void ask(), WAIT_MS);
    return () => {
      clearTimeout(timer);
      given.abort();
    };
  }
}
