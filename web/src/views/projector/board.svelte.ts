/** What the projector shows: which embedding, projected how, coloured by what, and what is chosen in it. */

import { untrack } from "svelte";
import type { EmbeddingItem, LoadedEmbedding, OwnEmbedding } from "../../api/source";
import { formatCount } from "../../lib/format";
import { sampleAt } from "../../lib/stepping";
import { hasPlace, positionsOf } from "../../projector/layout";
import type { Tool } from "../../projector/gestures";
import type { Bookmark } from "../../state/bookmarks.svelte";
import type { PageState } from "../../state/context";
import { EmbeddingCatalog, type EmbeddingSeries } from "./catalog.svelte";
import { asClasses, colored } from "./colors";
import { EmbeddingContents } from "./contents.svelte";
import { asCell, edited, type Edit } from "./edits";
import { LabelEdits } from "./edits.svelte";
import { keeping, readLink, runInWords, START, writeLink, type ProjectorLink } from "./link";
import { LinkedCamera } from "./linkedcamera.svelte";
import { columnToColor, columnToLabel, nextRows, searched, sequences, type Column } from "./metadata";
import { FollowedProjection } from "./projection.svelte";
import { questionOf, requestOf } from "./question";

/** In the page's link. */
export const PARAM = "projector";

/** Columns that name the row to which a line leads. */
const NEXT = /^__(seq_)?next__$/;

const keyOf = ({ run, name }: EmbeddingItem): string => JSON.stringify([run, name]);

export class ProjectorBoard {
  readonly page: PageState;
  readonly catalog: EmbeddingCatalog;
  readonly contents: EmbeddingContents;
  readonly projection: FollowedProjection;
  readonly camera = new LinkedCamera();
  readonly labels = new LabelEdits();

  hovered = $state<number | null>(null);
  tool = $state<Tool>("move");
  /** Points drawn as their picture or their label at this zoom. */
  pictured = $state(0);
  /** t-SNE running on from a layout of its own. */
  #goesOn = $state.raw<{ id: string; iterations: number; question: string; perturb: boolean } | null>(null);
  /** Parameters as they are being set; they count with the next run. */
  draft = $state.raw<Partial<ProjectorLink>>({});

  #linkBefore: ProjectorLink = START;
  readonly link = $derived.by(() => (this.#linkBefore = keeping(this.#linkBefore, readLink(this.page.url.param(PARAM)))));
  // What costs much goes by fields alone: the camera is in the link too, and changes often.
  readonly #algorithm = $derived(this.link.algorithm);
  readonly #dimensions = $derived(this.link.dimensions);
  readonly #components = $derived(this.link.components);
  readonly #categorical = $derived(this.link.categorical);
  readonly #hidden = $derived(this.link.hidden);
  readonly #isolated = $derived(this.link.isolated);
  readonly #selected = $derived(this.link.selected);
  readonly #point = $derived(this.link.point);
  readonly #search = $derived(this.link.search);
  readonly #axes = $derived(this.link.axes);
  readonly #lines = $derived(this.link.lines);

  readonly current = $derived.by<EmbeddingSeries | null>(() => {
    const [run, tag] = this.link.embedding ?? [];
    const asked = this.catalog.series.find((one) => one.run === run && one.tag === tag);
    const shown = new Set(this.page.selection.shown);
    return asked ?? this.catalog.series.find((one) => shown.has(one.run)) ?? this.catalog.series[0] ?? null;
  });

  /** The embedding that the link asks for and that is not here. */
  readonly missing = $derived.by<string | null>(() => {
    const { embedding } = this.link;
    const found = embedding === null || this.catalog.list === null || this.catalog.series.some((one) => one.run === embedding[0] && one.tag === embedding[1]);
    return found ? null : `${runInWords(embedding[0])} · ${embedding[1]}`;
  });

  readonly item = $derived.by<EmbeddingItem | null>(() => {
    const { current } = this;
    return current?.items[sampleAt(current.steps, this.page.cursor.step, null)] ?? null;
  });
  /** Equal texts mean the same embedding. */
  readonly itemKey = $derived(this.item === null ? "" : keyOf(this.item));

  /** The same, of files that were written anew another one. */
  readonly contentKey = $derived(this.item === null ? "" : JSON.stringify([this.itemKey, this.item.version]));
  /** When the files of what is shown were written anew, as this page noticed; in seconds since the epoch. */
  renewed = $state<number | null>(null);

  readonly positions = $derived.by<Float32Array>(() => {
    const { columns } = this.projection;
    if (columns === null) return new Float32Array(0);
    const axes = this.#algorithm === "pca" ? this.#components.map((at) => columns[at]) : [columns[0], columns[1], columns[2]];
    return positionsOf(this.#dimensions === 2 ? axes.slice(0, 2) : axes, columns[0]?.length ?? 0);
  });
  readonly count = $derived(this.positions.length / 3);

  /** Of the embedding that is shown, the oldest first. */
  readonly edits = $derived.by<readonly Edit[]>(() => this.labels.of(this.itemKey));
  /** The labels of the log with what was changed here. */
  readonly columns = $derived.by<readonly Column[]>(() => edited(this.contents.columns, this.edits, this.count));
  /** Over all steps of the embedding; equal texts mean the same edits. */
  readonly editMark = $derived.by(() => this.labels.mark((this.current?.items ?? []).map(keyOf)));

  /** Whether the link was made over edited labels that are not here. */
  readonly isForeign = $derived.by(() => this.link.edits !== "" && this.link.edits !== this.editMark);

  readonly colorColumn = $derived.by(() => (this.link.color === null ? columnToColor(this.columns) : this.column(this.link.color)));
  readonly labelColumn = $derived.by(() => (this.link.label === null ? columnToLabel(this.columns) : this.column(this.link.label)));
  readonly searchColumn = $derived.by(() => this.column(this.link.searchColumn) ?? this.labelColumn ?? this.columns[0] ?? null);
  readonly coloring = $derived.by(() => colored(this.colorColumn, this.#categorical, this.count, this.page.settings.resolvedTheme));
  readonly categorical = $derived(this.colorColumn !== null && asClasses(this.colorColumn, this.link.categorical));

  /** Points that are drawn: those isolated, without those taken out by the legend. */
  readonly shown = $derived.by<Uint32Array>(() => {
    const hidden = new Set(this.#hidden);
    const isolated = this.#isolated.length > 0 ? new Set(this.#isolated) : null;
    const values = this.colorColumn?.values;
    const rows: number[] = [];
    for (let row = 0; row < this.count; row += 1) {
      if (isolated !== null && !isolated.has(row)) continue;
      if (hidden.size > 0 && values && hidden.has(values[row]!)) continue;
      rows.push(row);
    }
    return Uint32Array.from(rows);
  });
  /** Those that are drawn: labels stand in their place too. */
  readonly pictures = $derived.by(() => (this.link.pictures && !this.link.texts ? this.contents.sprites : null));
  readonly leftOut = $derived.by(() => this.projection.progress?.left_out ?? 0);

  readonly hits = $derived.by(() => searched(this.searchColumn, this.#search));

  /** Points that are meant: neighbours of the chosen one, else those selected, else those found. */
  readonly meant = $derived.by<ReadonlySet<number>>(() => {
    if (this.#point !== null) return new Set([this.#point, ...(this.contents.neighbors ?? []).map(({ point }) => point)]);
    if (this.#selected.length > 0) return new Set(this.#selected);
    return new Set(this.hits.rows);
  });
  readonly emphasis = $derived.by<Uint8Array>(() => {
    const made = new Uint8Array(this.count).fill(this.meant.size > 0 ? 0 : 1);
    for (const row of this.meant) if (row < made.length) made[row] = 2;
    return made;
  });

  readonly lineColumn = $derived.by(() => (this.#lines === null ? (this.columns.find(({ name }) => NEXT.test(name)) ?? null) : this.column(this.#lines)));
  readonly lines = $derived.by<Uint32Array | null>(() => {
    const column = this.lineColumn;
    if (column === null || this.count === 0) return null;
    return NEXT.test(column.name) ? nextRows(column, this.shown) : sequences(column, this.shown);
  });

  /** Whether parameters wait for the next run. */
  readonly waiting = $derived(Object.entries(this.draft).some(([name, value]) => JSON.stringify(value) !== JSON.stringify(this.link[name as keyof ProjectorLink])));

  readonly ends = $derived.by(() => this.#axes.map((text) => searched(this.searchColumn, text)));

  /** What the server is asked for; null while an axis has no ends. Equal texts are the same question. */
  readonly question = $derived.by(() => questionOf(this.item, this.link, this.ends, this.edits.some(({ column }) => column === this.link.supervise) ? this.column(this.link.supervise) : null));

  constructor(page: PageState) {
    this.page = page;
    this.catalog = new EmbeddingCatalog(page.source);
    this.contents = new EmbeddingContents(page.source);
    this.projection = new FollowedProjection(page.source);
  }

  column(name: string): Column | null {
    return this.columns.find((column) => column.name === name) ?? null;
  }

  /** The link says over which edited labels it was made; one that was opened says so until others are edited here. */
  set(changes: Partial<ProjectorLink>): void {
    const edits = this.isForeign ? this.link.edits : this.editMark;
    this.page.url.setParam(PARAM, writeLink({ ...this.link, edits, ...changes }));
  }

  /** Parameters as the sliders show them. */
  get parameters(): ProjectorLink {
    return { ...this.link, ...this.draft };
  }

  /** Shows a person's own files. Throws where they cannot be taken. */
  async load(own: OwnEmbedding): Promise<LoadedEmbedding> {
    const made = await this.page.source.loadEmbedding!(own);
    await this.catalog.reload();
    const series = this.catalog.series.find((one) => one.run === made.run && one.items.some(({ name }) => name === made.name));
    if (series) this.setEmbedding(series.run, series.tag);
    return made;
  }

  async unload(name: string): Promise<void> {
    await this.page.source.removeEmbedding!(name);
    await this.catalog.reload();
  }

  /** What is shown, as a bookmark keeps it. */
  look(): Bookmark {
    return { link: writeLink({ ...this.link, embedding: this.current === null ? null : [this.current.run, this.current.tag] }), step: this.page.cursor.step };
  }

  show({ link, step }: Bookmark): void {
    this.draft = {};
    this.page.cursor.set(step);
    this.page.url.setParam(PARAM, link);
  }

  setAlgorithm(algorithm: ProjectorLink["algorithm"]): void {
    this.set({ ...this.draft, algorithm, camera: null });
    this.draft = {};
  }

  setDimensions(dimensions: 2 | 3): void {
    this.set({ ...this.draft, dimensions, camera: null });
    this.draft = {};
  }

  setEmbedding(run: string, tag: string): void {
    const items = this.catalog.series.find((one) => one.run === run && one.tag === tag)?.items ?? [];
    this.set({ edits: this.labels.mark(items.map(keyOf)), embedding: [run, tag], hidden: [], search: "", point: null, selected: [], isolated: [], color: null, label: null, searchColumn: "", lines: null, supervise: "", ignored: "", axes: START.axes, camera: null });
  }

  /** Runs with the parameters that were set; where nothing was, t-SNE goes on from where it is. */
  run(): void {
    if (this.waiting) {
      this.#goesOn = null;
      this.set(this.draft);
      this.draft = {};
    } else if (this.link.algorithm === "tsne" && this.projection.id !== null && this.question !== null) {
      this.#runOn(false);
    }
  }

  /** Shakes the points of t-SNE and lets them find their places anew. */
  perturb(): void {
    this.#runOn(true);
  }

  #runOn(perturb: boolean): void {
    if (this.projection.id === null || this.question === null) return;
    this.#goesOn = { id: this.projection.id, iterations: Math.max(250, this.link.iterations - 250), question: this.question, perturb };
  }

  /** Asks again for what failed. */
  retry(): void {
    if (this.question !== null) void this.projection.start(requestOf(this.question).request, this.item?.version);
  }

  click(point: number | null, add: boolean): void {
    if (point === null) return this.set({ point: null, selected: add ? this.link.selected : [] });
    if (!add) return this.set({ point: this.link.point === point ? null : point, selected: [] });
    const selected = new Set(this.link.selected);
    if (!selected.delete(point)) selected.add(point);
    this.set({ point: null, selected: [...selected] });
  }

  /** Points of one value of what they are coloured by. */
  rowsOf(value: string): number[] {
    const rows: number[] = [];
    this.colorColumn?.values.forEach((own, row) => {
      if (own === value && row < this.count) rows.push(row);
    });
    return rows;
  }

  select(points: readonly number[], add: boolean): void {
    this.set({ point: null, selected: add ? [...new Set([...this.link.selected, ...points])] : [...points] });
  }

  toggleValue(value: string, only: boolean): void {
    const { legend } = this.coloring;
    if (legend.kind !== "classes") return;
    const hidden = new Set(this.link.hidden);
    if (only) {
      const others = legend.entries.map((entry) => entry.value).filter((other) => other !== value);
      const alone = !hidden.has(value) && others.every((other) => hidden.has(other));
      return this.set({ hidden: alone ? [] : others });
    }
    if (!hidden.delete(value)) hidden.add(value);
    this.set({ hidden: [...hidden] });
  }

  /** Gives points a value in a column, which is a new one where there is none of the name; the log's files stay as they are. */
  edit(column: string, rows: readonly number[], value: string): void {
    const name = asCell(column);
    if (name === "" || rows.length === 0 || this.item === null) return;
    const isNew = this.column(name) === null;
    this.labels.apply(this.itemKey, { column: name, rows: [...rows].sort((a, b) => a - b), value: asCell(value) });
    // What was written is what one wants to see.
    this.set({ edits: this.editMark, ...(isNew ? { color: name, categorical: null, hidden: [] } : {}) });
  }

  undoEdit(): void {
    this.labels.undo(this.itemKey);
    this.set({ edits: this.editMark });
  }

  discardEdits(): void {
    this.labels.discard(this.itemKey);
    this.set({ edits: this.editMark });
  }

  textOf = (point: number): string => this.labelColumn?.values[point] ?? `#${formatCount(point)}`;

  isPlaced(point: number): boolean {
    return point < this.count && hasPlace(this.positions, point);
  }

  /** Loads while the view is open; call within an effect root. */
  keep(): void {
    const { log, cursor } = this.page;
    const { catalog, contents } = this;
    $effect(() => {
      void [log.revision, log.connection];
      return untrack(() => catalog.load());
    });
    $effect(() => {
      const { current } = this;
      if (current !== null && current.steps.length > 1) return cursor.offerStops("projector", current.steps);
    });
    $effect(() => {
      void this.contentKey;
      return untrack(() => contents.loadLabels(this.item));
    });
    const spriteKey = $derived(this.item?.sprite ? this.contentKey : "");
    $effect(() => {
      void spriteKey;
      return untrack(() => contents.loadSprites(this.item));
    });
    const neighborKey = $derived(this.link.point === null || this.item === null ? "" : JSON.stringify([this.contentKey, this.link.point, this.link.count, this.link.metric, this.link.sphereize]));
    $effect(() => {
      void neighborKey;
      return untrack(() => contents.loadNeighbors(this.item, this.link));
    });
    const examplesKey = $derived(this.link.point === null || this.item === null || !log.has("predictions") ? "" : this.contentKey);
    $effect(() => {
      void examplesKey;
      return untrack(() => contents.loadExamples(examplesKey === "" ? null : this.item));
    });
    this.labels.keep(this.page.log);
    this.#keepEditMark();
    this.#keepRenewed();
    this.#keepAsking();
    this.camera.keep(() => this.link, (camera) => this.set({ camera }));
    $effect(() => () => {
      this.projection.leave();
      contents.close();
    });
  }

  /** A link without a mark, as after a start from the beginning, is over what is edited here. */
  #keepEditMark(): void {
    $effect(() => {
      if (this.editMark === "" || this.link.edits !== "") return;
      const timer = setTimeout(() => this.set({}));
      return () => clearTimeout(timer);
    });
  }

  #keepRenewed(): void {
    let before: readonly [string, string] = ["", ""];
    $effect(() => {
      const now = [this.itemKey, this.item?.version ?? ""] as const;
      if (now[0] !== before[0]) this.renewed = null;
      else if (now[1] !== before[1]) this.renewed = Date.now() / 1000;
      before = now;
    });
  }

  #keepAsking(): void {
    let before: { series: string; parameters: string } | null = null;
    $effect(() => {
      const { question } = this;
      const goesOn = this.#goesOn;
      if (question === null) return;
      untrack(() => {
        const { request, parameters } = requestOf(question);
        const series = JSON.stringify([this.current?.run, this.current?.tag]);
        // Another step of the same: points keep their places.
        const follows = before !== null && before.series === series && before.parameters === parameters ? this.projection.id : null;
        before = { series, parameters };
        const again = goesOn !== null && goesOn.question === question ? { goes_on: goesOn.id, iterations: goesOn.iterations, ...(goesOn.perturb ? { perturb: true } : {}) } : { follows };
        void this.projection.start({ ...request, ...again }, this.item?.version);
      });
    });
  }
}
