/** What a person sets once and expects to find again: kept in this browser, overruled by the URL of a link. */

import type { SmoothingKind, XAxis } from "../api/source";
import { membersOf, parseJson } from "../lib/json";
import { storedText } from "./kept.svelte";

export type Theme = "system" | "light" | "dark";
/** How tall rows are. */
export type Density = "compact" | "normal" | "roomy";
/** What new data do: appear by themselves, or wait until the page is told to reload. */
export type Live = "follow" | "hold";
/** Of either axis. */
export type YScale = "linear" | "log" | "symlog";

/** Order of the values in the inspector. */
export type ValueSort = "descending" | "ascending" | "name" | "nearest" | "nearest-y";

/** Order of the runs in the panel. */
export const RUN_SORTS = ["name", "metric", "written", "points", "column"] as const;
export type RunSort = (typeof RUN_SORTS)[number];

/** Everything that is kept. `tagFilter` and the like belong to one look at the log and live in the URL alone. */
export interface StoredSettings {
  theme: Theme;
  density: Density;
  live: Live;
  smoothing: number;
  smoothingKind: SmoothingKind;
  xAxis: XAxis;
  /** The scalar that is x where `xAxis` is `tag`. */
  xTag: string;
  xScale: YScale;
  yScale: YScale;
  /** Training and held-out tags of one quantity share a chart. */
  pairTags: boolean;
  /** A zoom along x is one for all charts. */
  linkZoom: boolean;
  /** The whole of a chart is drawn small below it while it is zoomed. */
  minimap: boolean;
  /** Narrowest a chart of Scalars gets, in CSS pixels. */
  cardWidth: number;
  /** Cards of a group that are shown at a time; 0 for all. */
  groupPage: number;
  /** Kinds of milestones that are not marked, with commas between; see `milestones.ts`. */
  milestonesHidden: string;
  valueSort: ValueSort;
  /** Most values that the inspector lists. */
  valueLimit: number;
  /** Factors; 1 leaves the image as it was logged. */
  imageBrightness: number;
  imageContrast: number;
  /** Width of an image card in CSS pixels. */
  imageSize: number;
  /** One image pixel is one screen pixel, whatever `imageSize` says. */
  imageActualSize: boolean;
  /** 0 to 1. */
  audioVolume: number;
  runsPanelOpen: boolean;
  runsPanelWidth: number;
  inspectorOpen: boolean;
  inspectorWidth: number;
  /** Of the table beside a graph. */
  layersWidth: number;
  groupRuns: boolean;
  runSort: RunSort;
  /** Key of the column behind the order `column`, a minus before it for the greatest first. */
  runSortColumn: string;
  /** See `runcolumns.ts`. */
  runColumns: string;
  /** Tag shown beside each run; empty: the page picks one. */
  metricTag: string;
  /** JSON list of the tags whose best end is not the one that their name tells; empty: none. */
  flippedMetrics: string;
}

export const DEFAULTS: Readonly<StoredSettings> = {
  theme: "system",
  density: "normal",
  live: "follow",
  smoothing: 0.6,
  smoothingKind: "ema",
  xAxis: "step",
  xTag: "",
  xScale: "linear",
  yScale: "linear",
  pairTags: false,
  linkZoom: false,
  minimap: true,
  cardWidth: 340,
  groupPage: 0,
  milestonesHidden: "",
  valueSort: "descending",
  valueLimit: 40,
  imageBrightness: 1,
  imageContrast: 1,
  imageSize: 200,
  imageActualSize: false,
  audioVolume: 1,
  runsPanelOpen: true,
  runsPanelWidth: 296,
  inspectorOpen: true,
  inspectorWidth: 286,
  layersWidth: 436,
  groupRuns: true,
  runSort: "name",
  runSortColumn: "",
  runColumns: "",
  metricTag: "",
  flippedMetrics: "",
};

const KEY = "glassboard.settings.1";

/** The kept settings that are of the right type; anything else (an older page wrote it) falls back to the default. */
export function parseSettings(text: string | null): StoredSettings {
  const settings: Record<string, unknown> = { ...DEFAULTS };
  for (const [name, value] of Object.entries(membersOf(parseJson(text)))) {
    if (name in DEFAULTS && typeof value === typeof settings[name]) settings[name] = value;
  }
  return settings as unknown as StoredSettings;
}

export class Settings implements StoredSettings {
  theme = $state<Theme>(DEFAULTS.theme);
  density = $state<Density>(DEFAULTS.density);
  live = $state<Live>(DEFAULTS.live);
  smoothing = $state(DEFAULTS.smoothing);
  smoothingKind = $state<SmoothingKind>(DEFAULTS.smoothingKind);
  xAxis = $state<XAxis>(DEFAULTS.xAxis);
  xTag = $state(DEFAULTS.xTag);
  xScale = $state<YScale>(DEFAULTS.xScale);
  yScale = $state<YScale>(DEFAULTS.yScale);
  pairTags = $state(DEFAULTS.pairTags);
  linkZoom = $state(DEFAULTS.linkZoom);
  minimap = $state(DEFAULTS.minimap);
  cardWidth = $state(DEFAULTS.cardWidth);
  groupPage = $state(DEFAULTS.groupPage);
  milestonesHidden = $state(DEFAULTS.milestonesHidden);
  valueSort = $state<ValueSort>(DEFAULTS.valueSort);
  valueLimit = $state(DEFAULTS.valueLimit);
  imageBrightness = $state(DEFAULTS.imageBrightness);
  imageContrast = $state(DEFAULTS.imageContrast);
  imageSize = $state(DEFAULTS.imageSize);
  imageActualSize = $state(DEFAULTS.imageActualSize);
  audioVolume = $state(DEFAULTS.audioVolume);
  runsPanelOpen = $state(DEFAULTS.runsPanelOpen);
  runsPanelWidth = $state(DEFAULTS.runsPanelWidth);
  inspectorOpen = $state(DEFAULTS.inspectorOpen);
  inspectorWidth = $state(DEFAULTS.inspectorWidth);
  layersWidth = $state(DEFAULTS.layersWidth);
  groupRuns = $state(DEFAULTS.groupRuns);
  runSort = $state<RunSort>(DEFAULTS.runSort);
  runSortColumn = $state(DEFAULTS.runSortColumn);
  runColumns = $state(DEFAULTS.runColumns);
  metricTag = $state(DEFAULTS.metricTag);
  flippedMetrics = $state(DEFAULTS.flippedMetrics);

  #systemDark = $state(false);
  /** What `theme` comes to on this machine. */
  readonly resolvedTheme = $derived<"light" | "dark">(
    this.theme === "system" ? (this.#systemDark ? "dark" : "light") : this.theme,
  );

  /** On a narrow screen the inspector lies over the view, closed until it is asked for. */
  #narrow = $state.raw<() => boolean>(() => false);
  #inspectorOver = $state(false);

  readonly #storage: Storage | null;

  constructor(storage: Storage | null = null) {
    this.#storage = storage;
    Object.assign(this, parseSettings(storedText(storage, KEY)));
  }

  followNarrow(narrow: () => boolean): void {
    this.#narrow = narrow;
  }

  get inspectorShown(): boolean {
    return this.#narrow() ? this.#inspectorOver : this.inspectorOpen;
  }

  set inspectorShown(shown: boolean) {
    if (this.#narrow()) this.#inspectorOver = shown;
    else this.inspectorOpen = shown;
  }

  /** The settings as plain values. */
  get stored(): StoredSettings {
    const settings: Record<string, unknown> = {};
    for (const name of Object.keys(DEFAULTS) as (keyof StoredSettings)[]) settings[name] = this[name];
    return settings as unknown as StoredSettings;
  }

  /** Height of a row in CSS pixels, as `density` says. */
  get rowHeight(): number {
    return { compact: 24, normal: 28, roomy: 34 }[this.density] ?? 28;
  }

  /** Everything as it comes. */
  forget(): void {
    Object.assign(this, DEFAULTS);
  }

  nextTheme(): void {
    this.theme = this.resolvedTheme === "dark" ? "light" : "dark";
  }

  /** Follows the system's theme and keeps every change; call within an effect root. */
  keep(): void {
    $effect(() => {
      const query = window.matchMedia("(prefers-color-scheme: dark)");
      const follow = (): void => void (this.#systemDark = query.matches);
      follow();
      query.addEventListener("change", follow);
      return () => query.removeEventListener("change", follow);
    });
    $effect(() => {
      const text = JSON.stringify(this.stored);
      try {
        this.#storage?.setItem(KEY, text);
      } catch {
        // Storage full or forbidden: the settings hold until the page is closed.
      }
    });
  }
}
