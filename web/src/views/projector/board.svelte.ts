/** What the projector shows: which embedding, projected how, coloured by what, and what is chosen in it. */

import { untrack } from "svelte";
import type { EmbeddingItem, EmbeddingList, Neighbor, ProjectionRequest } from "../../api/source";
import { formatCount } from "../../lib/format";
import { sampleAt } from "../../lib/stepping";
import { readCamera, startCamera, writeCamera, type Camera } from "../../projector/camera";
import { hasPlace, positionsOf } from "../../projector/layout";
import { SpriteSheet } from "../../projector/sprites";
import type { Tool } from "../../projector/gestures";
import type { PageState } from "../../state/context";
import { messageOf } from "../../state/samples.svelte";
import { asClasses, colored } from "./colors";
import { readLink, START, writeLink, type ProjectorLink } from "./link";
import { columnToColor, columnToLabel, nextRows, readColumn, searched, sequences, type Column } from "./metadata";
import { FollowedProjection } from "./projection.svelte";

/** The steps of one embedding of one run. */
export interface EmbeddingSeries {
  readonly run: string;
  readonly tag: string;
  readonly items: readonly EmbeddingItem[];
  readonly steps: readonly number[];
}

const NONE: readonly never[] = [];
const PARAM = "projector";

export class ProjectorBoard {
  readonly page: PageState;
  readonly projection: FollowedProjection;

  list = $state.raw<EmbeddingList | null>(null);
  listError = $state<string | null>(null);
  columns = $state.raw<readonly Column[]>(NONE);
  metadataProblem = $state<string | null>(null);
  sprites = $state.raw<SpriteSheet | null>(null);
  spriteProblem = $state<string | null>(null);
  neighbors = $state.raw<readonly Neighbor[] | null>(null);
  neighborProblem = $state<string | null>(null);
  hovered = $state<number | null>(null);
  tool = $state<Tool>("move");
  /** Points drawn as their picture at this zoom. */
  pictured = $state(0);
  /** The camera while it moves; the link has it once it rests. */
  #camera = $state.raw<Camera>(startCamera(2));
  #cameraWritten = "";
  /** t-SNE running on from a layout of its own. */
  #goesOn = $state.raw<{ id: string; iterations: number; question: string } | null>(null);
  /** Parameters as they are being set; they count with the next run. */
  draft = $state.raw<Partial<ProjectorLink>>({});

  readonly link = $derived.by(() => readLink(this.page.url.param(PARAM)));

  readonly series = $derived.by<readonly EmbeddingSeries[]>(() => {
    const found = new Map<string, EmbeddingItem[]>();
    for (const item of this.list?.embeddings ?? []) {
      const key = JSON.stringify([item.run, item.tag]);
      found.set(key, [...(found.get(key) ?? []), item]);
    }
    return [...found.values()].map((items) => ({ run: items[0]!.run, tag: items[0]!.tag, items, steps: items.map((item) => item.step ?? 0) }));
  });

  readonly current = $derived.by<EmbeddingSeries | null>(() => {
    const [run, tag] = this.link.embedding ?? [];
    const asked = this.series.find((one) => one.run === run && one.tag === tag);
    const shown = new Set(this.page.selection.shown);
    return asked ?? this.series.find((one) => shown.has(one.run)) ?? this.series[0] ?? null;
  });

  readonly item = $derived.by<EmbeddingItem | null>(() => {
    const { current } = this;
    return current?.items[sampleAt(current.steps, this.page.cursor.step, null)] ?? null;
  });
  /** Equal texts mean the same embedding. */
  readonly itemKey = $derived(this.item === null ? "" : JSON.stringify([this.item.run, this.item.name]));

  readonly positions = $derived.by<Float32Array>(() => {
    const { columns } = this.projection;
    if (columns === null) return new Float32Array(0);
    const axes = this.link.algorithm === "pca" ? this.link.components.map((at) => columns[at]) : [columns[0], columns[1], columns[2]];
    return positionsOf(this.link.dimensions === 2 ? axes.slice(0, 2) : axes, columns[0]?.length ?? 0);
  });
  readonly count = $derived(this.positions.length / 3);

  readonly colorColumn = $derived.by(() => (this.link.color === null ? columnToColor(this.columns) : this.column(this.link.color)));
  readonly labelColumn = $derived.by(() => (this.link.label === null ? columnToLabel(this.columns) : this.column(this.link.label)));
  readonly searchColumn = $derived.by(() => this.column(this.link.searchColumn) ?? this.labelColumn ?? this.columns[0] ?? null);
  readonly coloring = $derived.by(() => colored(this.colorColumn, this.link.categorical, this.count, this.page.settings.resolvedTheme));
  readonly categorical = $derived(this.colorColumn !== null && asClasses(this.colorColumn, this.link.categorical));

  /** Points that are drawn: those isolated, without those taken out by the legend. */
  readonly shown = $derived.by<Uint32Array>(() => {
    const hidden = new Set(this.link.hidden);
    const isolated = this.link.isolated.length > 0 ? new Set(this.link.isolated) : null;
    const values = this.colorColumn?.values;
    const rows: number[] = [];
    for (let row = 0; row < this.count; row += 1) {
      if (isolated !== null && !isolated.has(row)) continue;
      if (hidden.size > 0 && values && hidden.has(values[row]!)) continue;
      rows.push(row);
    }
    return Uint32Array.from(rows);
  });
  readonly leftOut = $derived.by(() => this.projection.progress?.left_out ?? 0);

  readonly hits = $derived.by(() => searched(this.searchColumn, this.link.search));

  /** Points that are meant: neighbours of the chosen one, else those selected, else those found. */
  readonly meant = $derived.by<ReadonlySet<number>>(() => {
    if (this.link.point !== null) return new Set([this.link.point, ...(this.neighbors ?? []).map(({ point }) => point)]);
    if (this.link.selected.length > 0) return new Set(this.link.selected);
    return new Set(this.hits.rows);
  });
  readonly emphasis = $derived.by<Uint8Array>(() => {
    const made = new Uint8Array(this.count).fill(this.meant.size > 0 ? 0 : 1);
    for (const row of this.meant) if (row < made.length) made[row] = 2;
    return made;
  });

  readonly lines = $derived.by<Uint32Array | null>(() => {
    const column = this.column(this.link.lines);
    if (column === null || this.count === 0) return null;
    return /^__(seq_)?next__$/.test(column.name) ? nextRows(column, this.shown) : sequences(column, this.shown);
  });

  /** Whether parameters wait for the next run. */
  readonly waiting = $derived(Object.entries(this.draft).some(([name, value]) => JSON.stringify(value) !== JSON.stringify(this.link[name as keyof ProjectorLink])));

  readonly ends = $derived.by(() => this.link.axes.map((text) => searched(this.searchColumn, text)));

  /** What the server is asked for; null while an axis has no ends. Equal texts are the same question. */
  readonly question = $derived.by<string | null>(() => {
    const { item, link } = this;
    if (item === null || item.error !== null) return null;
    const common = { run: item.run, name: item.name, algorithm: link.algorithm, sphereize: link.sphereize };
    switch (link.algorithm) {
      case "pca":
        return JSON.stringify(common);
      case "tsne":
        return JSON.stringify({ ...common, dimensions: link.dimensions, perplexity: link.perplexity, learning_rate: link.rate, iterations: link.iterations });
      case "umap":
        return JSON.stringify({ ...common, dimensions: link.dimensions, neighbors: link.neighbors, min_dist: link.minDist, metric: link.umapMetric, supervise: link.supervise || null });
      case "custom": {
        const axes = [0, 2].map((at) => ({ start: this.ends[at]!.rows, end: this.ends[at + 1]!.rows })).filter(({ start, end }) => start.length > 0 && end.length > 0);
        return axes.length === 0 ? null : JSON.stringify({ ...common, axes });
      }
    }
  });

  constructor(page: PageState) {
    this.page = page;
    this.projection = new FollowedProjection(page.source);
  }

  column(name: string): Column | null {
    return this.columns.find((column) => column.name === name) ?? null;
  }

  set(changes: Partial<ProjectorLink>): void {
    this.page.url.setParam(PARAM, writeLink({ ...this.link, ...changes }));
  }

  /** Parameters as the sliders show them. */
  get parameters(): ProjectorLink {
    return { ...this.link, ...this.draft };
  }

  get camera(): Camera {
    return this.#camera;
  }

  set camera(camera: Camera) {
    this.#camera = camera;
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
    this.set({ embedding: [run, tag], hidden: [], search: "", point: null, selected: [], isolated: [], color: null, label: null, searchColumn: "", lines: "", supervise: "", axes: START.axes, camera: null });
  }

  /** Runs with the parameters that were set; where nothing was, t-SNE goes on from where it is. */
  run(): void {
    if (this.waiting) {
      this.#goesOn = null;
      this.set(this.draft);
      this.draft = {};
    } else if (this.link.algorithm === "tsne" && this.projection.id !== null && this.question !== null) {
      this.#goesOn = { id: this.projection.id, iterations: Math.max(250, this.link.iterations - 250), question: this.question };
    }
  }

  /** Asks again for what failed. */
  retry(): void {
    if (this.question !== null) void this.projection.start(JSON.parse(this.question) as ProjectionRequest);
  }

  click(point: number | null, add: boolean): void {
    if (point === null) return this.set({ point: null, selected: add ? this.link.selected : [] });
    if (!add) return this.set({ point: this.link.point === point ? null : point, selected: [] });
    const selected = new Set(this.link.selected);
    if (!selected.delete(point)) selected.add(point);
    this.set({ point: null, selected: [...selected] });
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

  textOf = (point: number): string => this.labelColumn?.values[point] ?? `#${formatCount(point)}`;

  isPlaced(point: number): boolean {
    return point < this.count && hasPlace(this.positions, point);
  }

  /** Loads while the view is open; call within an effect root. */
  keep(): void {
    const { source, log, cursor } = this.page;
    $effect(() => {
      void [log.revision, log.connection];
      const stop = new AbortController();
      source.embeddings(stop.signal).then(
        (list) => {
          this.listError = null;
          if (JSON.stringify(list.embeddings) !== JSON.stringify(this.list?.embeddings) || this.list === null) this.list = list;
        },
        (error: unknown) => {
          if (!stop.signal.aborted) this.listError = messageOf(error);
        },
      );
      return () => stop.abort();
    });
    $effect(() => {
      const { current } = this;
      if (current !== null && current.steps.length > 1) return cursor.offerStops("projector", current.steps);
    });
    $effect(() => {
      void this.itemKey;
      return untrack(() => this.#loadLabels());
    });
    const spriteKey = $derived(this.item?.sprite ? this.itemKey : "");
    $effect(() => {
      void spriteKey;
      return untrack(() => this.#loadSprites());
    });
    let before: { series: string; id: string | null; rest: string } | null = null;
    $effect(() => {
      const { question } = this;
      const goesOn = this.#goesOn;
      if (question === null) return;
      untrack(() => {
        const { run, name, ...rest } = JSON.parse(question) as ProjectionRequest;
        const series = JSON.stringify([this.current?.run, this.current?.tag]);
        const same = JSON.stringify(rest);
        // Another step of the same: points keep their places.
        const follows = before !== null && before.series === series && before.rest === same ? this.projection.id : null;
        before = { series, id: this.projection.id, rest: same };
        const again = goesOn !== null && goesOn.question === question ? { goes_on: goesOn.id, iterations: goesOn.iterations } : { follows };
        void this.projection.start({ ...rest, run, name, ...again } as ProjectionRequest);
      });
    });
    const neighborKey = $derived(this.link.point === null || this.item === null ? "" : JSON.stringify([this.itemKey, this.link.point, this.link.count, this.link.metric, this.link.sphereize]));
    $effect(() => {
      void neighborKey;
      return untrack(() => this.#loadNeighbors());
    });
    // The link moves the camera; the camera is written once it rests.
    $effect(() => {
      const { camera, dimensions } = this.link;
      const text = JSON.stringify([camera, dimensions]);
      if (text === untrack(() => this.#cameraWritten)) return;
      this.#cameraWritten = text;
      this.#camera = (camera && readCamera(dimensions, camera)) ?? startCamera(dimensions);
    });
    $effect(() => {
      const camera = this.#camera;
      const timer = setTimeout(() => {
        const start = JSON.stringify(writeCamera(startCamera(camera.dimensions)));
        const written = writeCamera(camera);
        const kept = JSON.stringify(written) === start ? null : written;
        this.#cameraWritten = JSON.stringify([kept, camera.dimensions]);
        if (camera.dimensions === this.link.dimensions && JSON.stringify(this.link.camera) !== JSON.stringify(kept)) this.set({ camera: kept });
      }, 300);
      return () => clearTimeout(timer);
    });
    $effect(() => () => {
      this.projection.leave();
      this.sprites?.close();
    });
  }

  #loadLabels(): () => void {
    const stop = new AbortController();
    const { item } = this;
    if (!item?.has_metadata) {
      this.columns = NONE;
      this.metadataProblem = null;
      return () => {};
    }
    this.page.source.embeddingMetadata({ run: item.run, name: item.name }, stop.signal).then(
      ({ columns, problem }) => {
        this.columns = columns.map(({ name, values }) => readColumn(name, values));
        this.metadataProblem = problem;
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        this.columns = NONE;
        this.metadataProblem = `The labels cannot be read: ${messageOf(error)}`;
      },
    );
    return () => stop.abort();
  }

  #loadSprites(): () => void {
    const stop = new AbortController();
    const { item } = this;
    const show = (sheet: SpriteSheet | null): void => {
      this.sprites?.close();
      this.sprites = sheet;
    };
    if (!item?.sprite) {
      show(null);
      this.spriteProblem = null;
      return () => {};
    }
    const { width, height } = item.sprite;
    this.page.source
      .embeddingSprite({ run: item.run, name: item.name }, stop.signal)
      .then((image) => SpriteSheet.of(image, width, height))
      .then(
        (sheet) => {
          if (stop.signal.aborted) return sheet.close();
          this.spriteProblem = null;
          show(sheet);
        },
        (error: unknown) => {
          if (stop.signal.aborted) return;
          show(null);
          this.spriteProblem = `The pictures cannot be shown: ${messageOf(error)}`;
        },
      );
    return () => stop.abort();
  }

  #loadNeighbors(): () => void {
    const stop = new AbortController();
    const { item, link } = this;
    this.neighborProblem = null;
    if (item === null || link.point === null) {
      this.neighbors = null;
      return () => {};
    }
    this.page.source.neighbors({ run: item.run, name: item.name, point: link.point, count: link.count, metric: link.metric, sphereize: link.sphereize }, stop.signal).then(
      (found) => (this.neighbors = found),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        this.neighbors = null;
        this.neighborProblem = messageOf(error);
      },
    );
    return () => stop.abort();
  }
}
