/** The edits of this tab: they outlive a change of view and a reload, and go with the tab. */

import { keepForLog } from "../../state/kept.svelte";
import type { LogState } from "../../state/log.svelte";
import { markOf, readEdits, writeEdits, type Edit } from "./edits";

const KEY = "glassboard.labels.1:";
const NONE: readonly Edit[] = [];

/** Null where the browser forbids it. */
function tabStorage(): Storage | null {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}

export class LabelEdits {
  #all = $state.raw<ReadonlyMap<string, readonly Edit[]>>(new Map());

  /** Of one embedding, the oldest first. */
  of(embedding: string): readonly Edit[] {
    return this.#all.get(embedding) ?? NONE;
  }

  /** What a link says that some embeddings were edited to; empty where none was. */
  mark(embeddings: readonly string[]): string {
    return markOf(embeddings.flatMap((embedding) => this.of(embedding)));
  }

  apply(embedding: string, edit: Edit): void {
    this.#set(embedding, [...this.of(embedding), edit]);
  }

  undo(embedding: string): void {
    this.#set(embedding, this.of(embedding).slice(0, -1));
  }

  discard(embedding: string): void {
    this.#set(embedding, NONE);
  }

  /** Call within an effect root. */
  keep(log: LogState): void {
    keepForLog(log, tabStorage(), { key: KEY, read: (text) => (this.#all = readEdits(text)), content: () => writeEdits(this.#all) });
  }

  #set(embedding: string, edits: readonly Edit[]): void {
    this.#all = new Map([...this.#all, [embedding, edits]]);
  }
}
