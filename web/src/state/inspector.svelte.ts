/** What the right panel shows. Views say what; the panel alone knows how it looks. */

export type Cell = number | string | null;

export interface InspectorRow {
  /** Shown first; its colour is the run's. Either `run` or `label` names the row. */
  run?: string;
  label?: string;
  /** Overrules the run's colour. */
  color?: string;
  /** One per column; numbers are formatted and sortable, null is a gap. */
  values: readonly Cell[];
  bad?: boolean;
  /** Shown where the pointer rests on the name. */
  hint?: string;
}

export interface InspectorTable {
  kind: "table";
  title?: string;
  /** What the names of the rows are of; of runs where absent. */
  head?: string;
  /** Heads of `values`. */
  columns: readonly string[];
  rows: readonly InspectorRow[];
  /** Beside the title. */
  menu?: readonly { readonly label: string; readonly run: () => void; readonly checked?: boolean; readonly separated?: boolean }[];
  /** A last row that stands for those left out. */
  more?: { readonly text: string; readonly run: () => void };
  actions?: readonly { readonly label: string; readonly title?: string; readonly run: () => void }[];
}

export interface InspectorImages {
  kind: "images";
  title?: string;
  images: readonly { url: string; alt: string; caption?: string; pixelated?: boolean; open?: () => void }[];
}

export interface InspectorFacts {
  kind: "facts";
  title?: string;
  facts: readonly { name: string; value: Cell }[];
}

export interface InspectorNote {
  kind: "note";
  title?: string;
  text: string;
  bad?: boolean;
}

/** Samples behind a mark, a page at a time. */
export interface InspectorExamples {
  kind: "examples";
  title?: string | undefined;
  order?: { readonly value: string; readonly options: readonly { readonly value: string; readonly label: string }[]; readonly change: (value: string) => void } | undefined;
  /** Whose they are, where several are compared. */
  of?: { readonly value: string; readonly options: readonly { readonly value: string; readonly label: string; readonly color: string; readonly note: string }[]; readonly change: (value: string) => void } | undefined;
  page: { readonly first: number; readonly count: number; readonly size: number; readonly total: number; readonly move: (first: number) => void };
  examples: readonly {
    readonly key: string;
    /** Null where there is no image. */
    readonly url: string | null;
    /** Why there is none, where one was logged. */
    readonly problem: string | null;
    readonly alt: string;
    readonly name: string;
    readonly lines: readonly { readonly name: string; readonly value: string; readonly hint: string }[];
    readonly note: string;
    readonly bad: boolean;
    readonly chosen: boolean;
    readonly open: () => void;
  }[];
}

/** Things that lead elsewhere in the view. */
export interface InspectorLinks {
  kind: "links";
  title?: string;
  /** One without `run` leads nowhere and is only told. */
  links: readonly { label: string; note?: string; hint?: string; bad?: boolean; wraps?: boolean; run?: () => void }[];
  /** What is left out, in words. */
  more?: string;
}

export type InspectorSection = InspectorExamples | InspectorTable | InspectorImages | InspectorFacts | InspectorNote | InspectorLinks;

export interface InspectorContent {
  title: string;
  step?: number | null;
  /** Where the step is not what the title's right should say: "12 of 190". */
  note?: string;
  /** Leads to what was shown before it. */
  back?: { readonly label: string; readonly run: () => void } | undefined;
  sections: readonly InspectorSection[];
}

export class Inspector {
  #shown = $state.raw<InspectorContent | null>(null);
  #latest: InspectorContent | null = null;
  #pinned = $state(false);

  get content(): InspectorContent | null {
    return this.#shown;
  }

  /** While pinned, what views show is kept back. */
  get pinned(): boolean {
    return this.#pinned;
  }

  set pinned(pinned: boolean) {
    this.#pinned = pinned;
    if (!pinned) this.#shown = this.#latest;
  }

  show(content: InspectorContent): void {
    this.#latest = content;
    if (!this.#pinned) this.#shown = content;
  }

  /** Empties the panel, pinned or not: a view calls it when it goes. */
  clear(): void {
    this.#latest = null;
    this.#pinned = false;
    this.#shown = null;
  }
}
