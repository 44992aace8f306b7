/** What the view shows: the chosen graph, which groups are open, what is selected, traced, found and coloured. */

import { untrack } from "svelte";
import { layoutRequest } from "../../graph/boxes";
import { colorPlan, type ColorPlan, type Coloring, type GraphTheme } from "../../graph/colors";
import type { ProblemData } from "../../graph/data";
import type { GraphTree } from "../../graph/hierarchy";
import { Layouter } from "../../graph/layouter";
import { sceneOf, textsOf, type Scene } from "../../graph/scene";
import { traced, type Direction } from "../../graph/trace";
import { Viewport } from "../../graph/viewport.svelte";
import { boxCount, MOST_BOXES, openToFit, visibleOf } from "../../graph/visible";
import { compareNatural } from "../../lib/natural";
import type { PageState } from "../../state/context";
import { paletteColor } from "../../state/runcolors";
import { Passing } from "../../ui/passing.svelte";
import { layersOf, totalsOf } from "./layers";
import { readLink, writeLink, type GraphLink } from "./link";
import { LoadedGraph } from "./loaded.svelte";
import { itemOfTag } from "./parameters";
import { findItems } from "./search";

const SAID_MS = 5000;
const SURFACE = { light: "#ffffff", dark: "#14181d" };
const ACCENT = { light: "#0a7d78", dark: "#45c8bd" };
type Severity = ProblemData["severity"];
const ORDER: Readonly<Record<Severity, number>> = { bad: 0, warning: 1, note: 2 };

export class GraphBoard {
  readonly page: PageState;
  readonly loaded: LoadedGraph;
  readonly viewport = new Viewport();
  readonly #layouter = new Layouter();

  readonly link = $derived.by<GraphLink>(() => readLink(this.page.url.param("graph")));
  scene = $state.raw<Scene | null>(null);
  /** Why there is no picture. */
  layoutError = $state<string | null>(null);
  hover = $state<number | null>(null);
  /** Something to say for a moment. */
  readonly #said = new Passing<string>(SAID_MS);
  #moved = $state.raw<ReadonlyMap<number, boolean>>(new Map());
  #held: number | null = null;
  #reveal: number | null = null;
  /** What the picture shows; another is being laid out where it is not `visible`. */
  #drawn: typeof this.visible = null;
  /** Asked for while the layout is on its way. */
  #fitNext: { whole: boolean } | null = null;

  /** Runs that logged a graph, in natural order, and their tags. */
  readonly places = $derived.by(() => {
    const found = new Map<string, string[]>();
    for (const tag of this.page.log.tagsOf("graph")) {
      for (const run of this.page.log.runsOf(tag)) found.set(run, [...(found.get(run) ?? []), tag.tag]);
    }
    return new Map([...found].sort((a, b) => compareNatural(a[0], b[0])));
  });
  readonly run = $derived.by<string | null>(() => {
    if (this.link.run !== null && this.places.has(this.link.run)) return this.link.run;
    const runs = [...this.places.keys()];
    return runs.find((run) => this.page.selection.isShown(run)) ?? runs[0] ?? null;
  });
  readonly tags = $derived<readonly string[]>(this.run === null ? [] : (this.places.get(this.run) ?? []));
  readonly tag = $derived<string | null>(this.link.tag !== null && this.tags.includes(this.link.tag) ? this.link.tag : (this.tags.find((tag) => tag === "__run_graph__") ?? this.tags[0] ?? null));

  readonly tree = $derived.by(() => this.loaded.tree);
  // The link is read anew with every change of it; what costs much hears only of its own part.
  readonly #opened = $derived(JSON.stringify([this.link.opened, this.link.closed]));
  readonly #sample = $derived(this.link.sample);
  readonly #extract = $derived(this.link.extract);
  readonly #color = $derived(this.link.color);
  readonly #find = $derived(this.link.find);
  readonly #trace = $derived(this.link.trace);
  readonly #selectedPath = $derived(this.link.selected);
  readonly #parameter = $derived(this.link.parameter);
  readonly #auto = $derived<ReadonlySet<number>>(this.tree === null ? new Set() : openToFit(this.tree));
  readonly open = $derived.by<ReadonlySet<number>>(() => {
    const { tree } = this;
    if (tree === null) return new Set();
    const found = new Set(this.#auto);
    const [opened, closed] = JSON.parse(this.#opened) as [string[], string[]];
    for (const path of closed) found.delete(tree.find(path) ?? -1);
    for (const path of opened) {
      const item = tree.find(path);
      if (item !== null && tree.isGroup(item)) found.add(item);
    }
    return found;
  });
  readonly visible = $derived.by(() => {
    const { tree, open } = this;
    if (tree === null) return null;
    return visibleOf(tree, (group) => open.has(group), { extract: this.#extract, moved: this.#moved });
  });
  readonly selected = $derived.by<number | null>(() => (this.tree === null || this.#selectedPath === null ? null : this.tree.find(this.#selectedPath)));
  readonly theme = $derived.by<GraphTheme>(() => {
    const theme = this.page.settings.resolvedTheme;
    return { surface: SURFACE[theme], accent: ACCENT[theme], isDark: theme === "dark", palette: (place) => paletteColor(place, theme) };
  });
  readonly plan = $derived.by<ColorPlan>(() => {
    const { tree, visible } = this;
    return tree === null || visible === null ? { fill: () => null, classes: [], ramp: null } : colorPlan(tree, visible.boxes, this.#color, this.theme);
  });
  readonly found = $derived.by(() => (this.tree === null ? { items: [], count: 0, error: null } : findItems(this.tree, this.#find)));
  /** Boxes and open groups with something found in them. */
  readonly foundBoxes = $derived.by<ReadonlySet<number>>(() => new Set(this.#find === "" ? [] : this.found.items.flatMap((item) => this.drawnAs(item) ?? [])));
  readonly layers = $derived(this.tree === null ? [] : layersOf(this.tree));
  readonly totals = $derived(this.tree === null ? null : totalsOf(this.tree));
  readonly problems = $derived<readonly ProblemData[]>(this.tree?.model.data.problems ?? []);
  readonly #problemOf = $derived.by(() => {
    const marks = new Map<number, Severity>();
    for (const { severity, nodes, scope } of this.problems) {
      if (severity === "note" && nodes.length > 0 && this.problems.length > 20) continue;
      const items = [...nodes.map((node) => this.drawnAs(node)), this.tree?.ofScope(scope || " ") ?? null];
      for (const item of items) {
        if (item === null) continue;
        const known = marks.get(item);
        if (known === undefined || ORDER[severity] < ORDER[known]) marks.set(item, severity);
      }
    }
    return marks;
  });
  readonly traced = $derived.by<ReadonlySet<number> | null>(() => {
    const { tree, visible, selected } = this;
    if (tree === null || visible === null || selected === null || this.#trace === null) return null;
    const boxes = new Set<number>();
    for (const node of traced(tree.model, tree.leaves(selected), this.#trace)) {
      const box = visible.boxOf[node]!;
      if (box < 0) continue;
      boxes.add(box);
    }
    for (const box of [...boxes]) for (const group of tree.ancestors(box)) boxes.add(group);
    return boxes;
  });

  constructor(page: PageState) {
    this.page = page;
    this.loaded = new LoadedGraph(page);
  }

  /** Loads and draws while the component that calls it is there. */
  keep(): void {
    const revision = $derived(this.run === null ? 0 : this.page.log.revisionOf(this.run));
    $effect(() => {
      void [revision, this.page.log.connection];
      const { run, tag } = this;
      const sample = this.#sample;
      if (run !== null && tag !== null) return untrack(() => this.loaded.load(run, tag, sample));
    });
    this.#layouter.warm();
    // Before the page draws anything else of the graph: the worker lays out meanwhile.
    $effect.pre(() => {
      const { tree, visible } = this;
      if (tree !== null && visible !== null) void untrack(() => this.#draw());
    });
    $effect(() => {
      const { waiting, width } = this.viewport;
      if (waiting && width > 0) {
        untrack(() => this.viewport.fit(waiting.layout, waiting.whole));
        const { selected } = this;
        if (selected !== null) untrack(() => this.#bringIntoSight(selected));
      }
    });
    $effect(() => {
      const { tree } = this;
      const tag = this.#parameter;
      if (tree !== null && tag !== null) untrack(() => this.#showParameter(tree, tag));
    });
    $effect(() => () => {
      this.#layouter.stop();
      this.page.inspector.clear();
    });
  }

  async #draw(): Promise<void> {
    const { tree, visible } = this;
    if (tree === null || visible === null) return;
    const texts = textsOf(tree, visible);
    try {
      const layout = await this.#layouter.layout(layoutRequest(tree, visible, texts));
      if (this.visible !== visible) return;
      const before = this.scene;
      const isNew = before?.tree !== tree;
      const scene = sceneOf(tree, visible, texts, layout);
      const held = this.#held;
      const fits = this.#fitNext;
      this.scene = scene;
      this.#drawn = visible;
      this.#fitNext = null;
      this.layoutError = null;
      if (isNew || fits !== null) this.viewport.fit(layout, fits?.whole);
      else if (held !== null && before?.places.has(held) && scene.places.has(held)) this.viewport.hold(before.places.get(held)!, scene.places.get(held)!);
      this.#held = null;
      const wanted = this.#reveal ?? (isNew ? this.selected : null);
      this.#reveal = null;
      if (wanted !== null) this.#bringIntoSight(wanted);
    } catch (error) {
      this.layoutError = `This graph could not be laid out: ${String(error)}`;
    }
  }

  set(change: Partial<GraphLink>): void {
    this.page.url.setParam("graph", writeLink({ ...this.link, ...change }));
  }

  chooseRun(run: string): void {
    this.set({ run, tag: null, sample: null, opened: [], closed: [], selected: null, trace: null });
  }

  problemOf(item: number): Severity | null {
    return this.#problemOf.get(item) ?? null;
  }

  /** The box that stands for an item now, or the open group itself; null where it is drawn beside others. */
  drawnAs(item: number): number | null {
    const { tree, open } = this;
    if (tree === null) return null;
    let drawn = item;
    for (const group of tree.ancestors(item)) if (group !== tree.root && !open.has(group)) drawn = group;
    return drawn;
  }

  toggle(item: number): void {
    const { tree } = this;
    if (tree === null || !tree.isGroup(item) || item === tree.root) return;
    this.setOpen(item, !this.open.has(item));
  }

  setOpen(group: number, isOpen: boolean): void {
    const { tree } = this;
    if (tree === null) return;
    if (isOpen && !this.#fits([group])) return;
    this.#held = group;
    const next = new Set(this.open);
    if (isOpen) next.add(group);
    else next.delete(group);
    this.#write(next);
  }

  /** Opens what is within, the outermost first, as far as it can be drawn at once. */
  openAll(): void {
    const { tree } = this;
    if (tree === null) return;
    const next = openToFit(tree, MOST_BOXES);
    for (const { id, kind, parent } of tree.groups) if (kind !== "root" && parent !== -2 && boxCount(tree, (group) => next.has(group) || group === id, MOST_BOXES) <= MOST_BOXES) next.add(id);
    const closed = tree.groups.filter(({ id, kind, parent }) => kind !== "root" && parent !== -2 && !next.has(id)).length;
    if (closed > 0) this.say(`${closed.toLocaleString("en")} groups stay closed: more than ${MOST_BOXES} boxes are not drawn at once.`);
    this.#write(next);
  }

  closeAll(): void {
    this.#write(new Set());
  }

  /** As the page opens the graph by itself. */
  openFitting(): void {
    this.set({ opened: [], closed: [] });
  }

  select(item: number | null): void {
    const { tree } = this;
    this.set({ selected: tree === null || item === null || item === tree.root ? null : tree.path(item), ...(item === null ? { trace: null } : {}) });
  }

  /** Once: afterwards the link says what is selected. */
  #showParameter(tree: GraphTree, tag: string): void {
    this.set({ parameter: null });
    const item = itemOfTag(tree, tag);
    if (item === null) this.say(`No module of this graph is named in the tag ${tag}.`);
    else this.reveal(item);
  }

  /** Selects an item, opens what it lies in and brings it into sight. */
  reveal(item: number): void {
    const { tree } = this;
    if (tree === null) return;
    const shut = tree.ancestors(item).filter((group) => group !== tree.root && !this.open.has(group));
    const fits = this.#fits(shut);
    this.#reveal = item;
    const next = new Set(this.open);
    if (fits) for (const group of shut) next.add(group);
    this.select(item);
    if (fits && shut.length > 0) this.#write(next);
    else {
      this.#reveal = null;
      this.#bringIntoSight(item);
    }
  }

  setTrace(trace: Direction | null): void {
    this.set({ trace });
  }

  /** Draws a box apart from the others, or in its place. */
  setApart(item: number, isApart: boolean): void {
    this.#moved = new Map([...this.#moved, [item, isApart]]);
  }

  get said(): string | null {
    return this.#said.now;
  }

  say(text: string): void {
    this.#said.say(text);
  }

  /** The picture that is there and, where another is on its way, that one. */
  fit(whole = false): void {
    this.#fitNext = this.#drawn === this.visible ? null : { whole };
    if (this.scene) this.viewport.fit(this.scene.layout, whole);
  }

  setColor(color: Coloring): void {
    this.set({ color });
  }

  #fits(groups: readonly number[]): boolean {
    const { tree, open } = this;
    if (tree === null) return false;
    const added = new Set(groups);
    if (boxCount(tree, (group) => open.has(group) || added.has(group), MOST_BOXES) <= MOST_BOXES) return true;
    this.say(`More than ${MOST_BOXES} boxes are not drawn at once: close something first.`);
    return false;
  }

  #write(next: ReadonlySet<number>): void {
    const { tree } = this;
    if (tree === null) return;
    const auto = this.#auto;
    this.set({
      opened: [...next].filter((group) => !auto.has(group)).map((group) => tree.path(group)),
      closed: [...auto].filter((group) => !next.has(group)).map((group) => tree.path(group)),
    });
  }

  #bringIntoSight(item: number): void {
    const { scene, tree } = this;
    if (!scene || !tree || scene.tree !== tree) return;
    const drawn = this.drawnAs(item);
    // What stands beside a box is in sight with it.
    const holder = [...scene.visible.beside].find(([, names]) => names.includes(item))?.[0];
    const place = scene.places.get(item) ?? (holder === undefined ? undefined : scene.places.get(holder)) ?? (drawn === null ? undefined : scene.places.get(drawn));
    if (place) this.viewport.reveal(place);
  }
}
