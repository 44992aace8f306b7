/** What views may ask of the page around them: the list of views, its dialogs, and to have their commands in the palette. */

import { SvelteSet } from "svelte/reactivity";
import type { Kind } from "../api/source";

export interface ViewName {
  readonly id: string;
  readonly title: string;
  /** Kinds of data that it shows. */
  readonly kinds: readonly Kind[];
}

export type DialogName = "palette" | "keys" | "problems" | "settings" | "snapshot" | "export" | "milestones";

/** Something a view can do, by name. */
export interface OfferedCommand {
  readonly title: string;
  readonly run: () => void;
}

export class Shell {
  /** Views that have something to show, in order. */
  views = $state.raw<readonly ViewName[]>([]);
  dialog = $state<DialogName | null>(null);
  /** The runs panel takes the whole page, as a table with all its columns. */
  runsTable = $state(false);

  readonly #offers = new SvelteSet<{ readonly group: string; readonly commands: () => readonly OfferedCommand[] }>();

  /** The view that shows this kind; null where none does. */
  viewOf(kind: Kind): ViewName | null {
    return this.views.find((view) => view.kinds.includes(kind)) ?? null;
  }

  /** Has commands in the palette until the function it returns is called; they are asked for when it opens. */
  offer(group: string, commands: () => readonly OfferedCommand[]): () => void {
    const offer = { group, commands };
    this.#offers.add(offer);
    return () => void this.#offers.delete(offer);
  }

  /** What is offered now, in the order in which it was. */
  get offered(): readonly (OfferedCommand & { readonly group: string })[] {
    return [...this.#offers].flatMap(({ group, commands }) => commands().map((command) => ({ ...command, group })));
  }
}
