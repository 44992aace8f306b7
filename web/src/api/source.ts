/**
 * What the page asks for, one method per route of the HTTP API. `HttpSource` asks a server, `FixtureSource` makes
 * the answers up, so the whole page runs without a server. Names follow the wire (docs/design/0002-http-api.md).
 */

export type Kind =
  | "scalar"
  | "image"
  | "audio"
  | "text"
  | "histogram"
  | "pr_curve"
  | "hparams"
  | "graph"
  | "mesh"
  | "custom_scalars"
  | "tensor";

export type ReadingState = "waiting" | "loading" | "ready";

/** Something that could not be read, and what that cost. */
export interface Problem {
  /** Path relative to the log directory. */
  path: string;
  /** Byte offset in the file, where there is one. */
  offset: number | null;
  code: string;
  message: string;
}

export interface Health {
  status: "ok";
  version: string;
  revision: number;
}

export interface LogInfo {
  location: string;
  title: string;
  version: string;
  revision: number;
  state: ReadingState;
  /** One sentence for people: what was scanned and what was found. */
  message: string;
  loaded_bytes: number;
  total_bytes: number;
  run_count: number;
  tag_count: number;
  point_count: number;
  problem_count: number;
  /** At most the first 200. */
  problems: Problem[];
}

export interface RunInfo {
  /** Path relative to the log directory; "." is the directory itself. */
  name: string;
  /** Seconds since the epoch; null while the run has no point. */
  first_wall_time: number | null;
  last_wall_time: number | null;
  last_step: number | null;
  point_count: number;
  file_count: number;
  problem_count: number;
  /** Something was written in the last 30 s. */
  live: boolean;
}

export interface RunList {
  revision: number;
  runs: RunInfo[];
}

export interface TagInfo {
  tag: string;
  kind: Kind;
  plugin_name: string;
  display_name: string;
  description: string;
  /** Indices into `TagList.runs`. */
  runs: number[];
  /** Points of the tag in each of `runs`. */
  counts: number[];
}

export interface TagList {
  revision: number;
  runs: string[];
  tags: TagInfo[];
}

export type XAxis = "step" | "relative" | "wall";

export interface SeriesRef {
  run: string;
  tag: string;
  /** One segment of a restarted run alone; absent: the newest view of the whole series. */
  segment?: number;
}

export interface ScalarsRequest {
  series: SeriesRef[];
  /** Per series; 1000 if absent. */
  max_points?: number;
  x?: XAxis;
  /** In the unit of `x`. */
  range?: [number, number];
  /** 0 to 0.999. */
  smoothing?: number;
}

export interface SegmentInfo {
  first_step: number;
  last_step: number;
  count: number;
}

/** Views into the answer's buffer; all finite columns have one length, all `nonfinite_` columns another. */
export interface ScalarColumns {
  step: Float64Array;
  /** Seconds since the epoch. */
  wall_time: Float64Array;
  /** In the unit asked for: steps, seconds since the run began, or seconds since the epoch; ascending. */
  x: Float64Array;
  value: Float64Array;
  /** Null where no smoothing was asked for. */
  smoothed: Float64Array | null;
  nonfinite_step: Float64Array;
  nonfinite_wall_time: Float64Array;
  nonfinite_x: Float64Array;
  /** 0 NaN, 1 +Inf, 2 -Inf. */
  nonfinite_kind: Float64Array;
}

export interface ScalarSeries {
  run: string;
  tag: string;
  /** False where the run or the tag is gone; then there are no columns. */
  found: boolean;
  /** Points of the series, those in the range asked for, and those in the columns. */
  total: number;
  in_range: number;
  shown: number;
  nonfinite_count: number;
  segments: SegmentInfo[];
  /** Which segment is shown; null for the newest view of the whole series. */
  segment: number | null;
  columns: ScalarColumns | null;
}

export interface ScalarsAnswer {
  revision: number;
  series: ScalarSeries[];
}

export interface SampleQuery {
  run: string;
  tag: string;
  kind: Kind;
}

/** Every sample of one series in step order; the arrays have one length. */
export interface SampleList extends SampleQuery {
  revision: number;
  steps: number[];
  /** Null where the file holds no finite time. */
  wall_times: (number | null)[];
  bytes: number[];
  /** Fingerprints; one changes when the sample at its index is another one. */
  keys: string[];
}

export interface ImageRef {
  run: string;
  tag: string;
  sample: number;
  /** Which image of a sample that holds several; 0 if absent. */
  item?: number;
  /** From `SampleList.keys`; lets the browser keep the image for ever. */
  key?: string;
}

export interface LoadedImage {
  blob: Blob;
  /** How many images the sample holds. */
  item_count: number;
}

export interface TextQuery {
  run: string;
  tag: string;
  /** Index of the first sample wanted. */
  first: number;
  /** At most 200. */
  count: number;
}

export interface TextSample {
  sample: number;
  step: number;
  wall_time: number | null;
  /** Shape of the tensor of strings; empty for a single string. */
  shape: number[];
  /** Raw Markdown, row-major; untrusted. */
  strings: string[];
  /** Why this text cannot be read; null where it can. */
  error: string | null;
}

export interface TextList {
  run: string;
  tag: string;
  revision: number;
  /** How many texts the series holds. */
  total: number;
  /** Fewer than asked for where they are long: ask again from the next one. */
  texts: TextSample[];
}

export interface LogChange {
  revision: number;
  /** Runs that changed, appeared or went. */
  runs: string[];
  point_count: number;
  state: ReadingState;
}

export interface ChangeListener {
  changed(change: LogChange): void;
  /** The stream broke; the source keeps trying and calls `changed` when it is back. */
  lost(): void;
}

export interface DataSource {
  health(signal?: AbortSignal): Promise<Health>;
  log(signal?: AbortSignal): Promise<LogInfo>;
  runs(signal?: AbortSignal): Promise<RunList>;
  tags(signal?: AbortSignal): Promise<TagList>;
  scalars(request: ScalarsRequest, signal?: AbortSignal): Promise<ScalarsAnswer>;
  samples(query: SampleQuery, signal?: AbortSignal): Promise<SampleList>;
  /** For `<img src>`; the image as it was logged. */
  imageUrl(image: ImageRef): string;
  image(image: ImageRef, signal?: AbortSignal): Promise<LoadedImage>;
  texts(query: TextQuery, signal?: AbortSignal): Promise<TextList>;
  /** Listens until the function it returns is called. The first change comes at once. */
  changes(listener: ChangeListener): () => void;
}

/** An answer other than the one wanted. `code` is the server's, or `unreachable` where there was no answer. */
export class SourceError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number | null = null,
  ) {
    super(message);
    this.name = "SourceError";
  }
}
