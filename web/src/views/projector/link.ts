/** What the view keeps in the page's link, as one JSON text; a link that was cut or changed by hand still opens. */

import { packed, unpacked } from "./rows";

export type Algorithm = "pca" | "tsne" | "umap" | "custom";
export type Metric = "cosine" | "euclidean";

export interface ProjectorLink {
  /** Run and tag; null: the first of the runs shown. */
  readonly embedding: readonly [string, string] | null;
  readonly algorithm: Algorithm;
  readonly dimensions: 2 | 3;
  readonly sphereize: boolean;
  /** Principal components that are x, y and z. */
  readonly components: readonly [number, number, number];
  readonly perplexity: number;
  /** Null: as many as there are points over the exaggeration. */
  readonly rate: number | null;
  readonly iterations: number;
  readonly neighbors: number;
  readonly minDist: number;
  readonly umapMetric: Metric;
  /** Column of the metadata; empty: none. */
  readonly supervise: string;
  /** Value of that column that says nothing. */
  readonly ignored: string;
  /** Of supervision in t-SNE, in percent. */
  readonly strength: number;
  /** Left and right, down and up, as one searches. */
  readonly axes: readonly [string, string, string, string];
  /** Column by which axes, search and lines go; empty: the first. */
  readonly searchColumn: string;
  /** Null: the page's own choice; empty: none. */
  readonly color: string | null;
  /** Numbers coloured as classes, or the other way round. */
  readonly categorical: boolean | null;
  readonly label: string | null;
  /** Values taken out by a click on the legend. */
  readonly hidden: readonly string[];
  readonly search: string;
  /** What is chosen: its neighbours are shown. */
  readonly point: number | null;
  readonly selected: readonly number[];
  readonly isolated: readonly number[];
  readonly count: number;
  readonly metric: Metric;
  /** Points of one value are joined in the order of the rows; null: along `__next__` or `__seq_next__`, where there is one; empty: none are. */
  readonly lines: string | null;
  readonly labels: boolean;
  /** Labels stand in place of their points. */
  readonly texts: boolean;
  readonly pictures: boolean;
  readonly size: number;
  readonly camera: readonly number[] | null;
  /** What tells over which edited labels it was made, which no link holds; empty: over those of the log. */
  readonly edits: string;
}

/** A run's name as one reads it; what was loaded from the page stands under a name that no run has. */
export const runInWords = (run: string): string => (run === "loaded/" ? "loaded" : run);

export const START: ProjectorLink = {
  embedding: null, algorithm: "pca", dimensions: 2, sphereize: false, components: [0, 1, 2], perplexity: 30, rate: null, iterations: 750,
  neighbors: 15, minDist: 0.1, umapMetric: "euclidean", supervise: "", ignored: "", strength: 50, axes: ["", "", "", ""], searchColumn: "", color: null, categorical: null,
  label: null, hidden: [], search: "", point: null, selected: [], isolated: [], count: 20, metric: "cosine", lines: null, labels: false, texts: false, pictures: true, size: 1, camera: null, edits: "",
};

const ALGORITHMS: readonly Algorithm[] = ["pca", "tsne", "umap", "custom"];
/** More rows make a link that nobody can send. */
export const MOST_LINKED = 4000;

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const within = (low: number, high: number) => (value: unknown): value is number => isNumber(value) && value >= low && value <= high;
const rows = (value: unknown): value is number[] => Array.isArray(value) && value.every((row) => Number.isInteger(row));
const strings = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === "string");
const isMetric = (value: unknown): value is Metric => value === "cosine" || value === "euclidean";

/** What each field may be; whatever is not is left as it comes. */
const VALID: { readonly [Field in keyof ProjectorLink]: (value: unknown) => boolean } = {
  embedding: (value) => value === null || (strings(value) && value.length === 2),
  algorithm: (value) => ALGORITHMS.includes(value as Algorithm),
  dimensions: (value) => value === 2 || value === 3,
  sphereize: (value) => typeof value === "boolean",
  components: (value) => rows(value) && value.length === 3 && value.every(within(0, 9)),
  perplexity: within(1, 1000),
  rate: (value) => value === null || within(1e-6, 1e6)(value),
  iterations: (value) => Number.isInteger(value) && within(10, 20_000)(value),
  neighbors: (value) => Number.isInteger(value) && within(2, 500)(value),
  minDist: within(0, 0.99),
  umapMetric: isMetric,
  supervise: (value) => typeof value === "string",
  ignored: (value) => typeof value === "string",
  strength: within(0, 100),
  axes: (value) => strings(value) && value.length === 4,
  searchColumn: (value) => typeof value === "string",
  color: (value) => value === null || typeof value === "string",
  categorical: (value) => value === null || typeof value === "boolean",
  label: (value) => value === null || typeof value === "string",
  hidden: strings,
  search: (value) => typeof value === "string",
  point: (value) => value === null || (Number.isInteger(value) && (value as number) >= 0),
  selected: rows,
  isolated: rows,
  count: (value) => Number.isInteger(value) && within(1, 1000)(value),
  metric: isMetric,
  lines: (value) => value === null || typeof value === "string",
  labels: (value) => typeof value === "boolean",
  texts: (value) => typeof value === "boolean",
  pictures: (value) => typeof value === "boolean",
  size: within(0.25, 4),
  camera: (value) => value === null || (Array.isArray(value) && value.every(isNumber)),
  edits: (value) => typeof value === "string",
};

export function readLink(text: string): ProjectorLink {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text || "null");
  } catch {
    // cut short
  }
  if (typeof parsed !== "object" || parsed === null) return START;
  const known = Object.entries(parsed).filter(([name, value]) => name in VALID && VALID[name as keyof ProjectorLink](value));
  return { ...START, ...Object.fromEntries(known.map(([name, value]) => [name, name === "selected" || name === "isolated" ? unpacked(value as number[], MOST_LINKED) : value])) };
}

/** The next link, in which what says the same as before is the same value. */
export function keeping(before: ProjectorLink, next: ProjectorLink): ProjectorLink {
  const same = (name: string): boolean => JSON.stringify(before[name as keyof ProjectorLink]) === JSON.stringify(next[name as keyof ProjectorLink]);
  return Object.fromEntries(Object.entries(next).map(([name, value]) => [name, same(name) ? before[name as keyof ProjectorLink] : value])) as unknown as ProjectorLink;
}

/** What differs from the start alone; empty where nothing does. */
export function writeLink(link: ProjectorLink): string {
  const differing = Object.entries(link).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(START[name as keyof ProjectorLink]));
  if (differing.length === 0) return "";
  return JSON.stringify(
    Object.fromEntries(differing.map(([name, value]) => [name, name === "selected" || name === "isolated" ? packed(value as number[], MOST_LINKED) : value])),
  );
}
