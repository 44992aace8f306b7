/**
 * What the page asks for, one method per route of the HTTP API. `HttpSource` asks a server, `FixtureSource` makes
 * the answers up, so the whole page runs without a server. Names follow the wire (docs/design/0002-http-api.md).
 */

import type { LoadedMesh } from "./meshes";
import type { ProjectionProgress } from "./projections";
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Kind = Schemas["Kind"];
export type Health = Schemas["Health"];
export type LogInfo = Schemas["LogInfo"];
export type ReadingState = LogInfo["state"];
/** Something that could not be read, and what that cost. */
export type Problem = Schemas["ProblemItem"];
/** Times in seconds since the epoch, null while the run has no point; the run "." is the log directory itself. */
export type RunInfo = Schemas["RunItem"];
export type RunList = Schemas["RunList"];
/** Tags of a run, and its newest notes: raw Markdown, untrusted. */
export type RunNotes = Schemas["RunNotesItem"];
/** `runs` are indices into `TagList.runs`. */
export type TagInfo = Schemas["TagItem"];
export type TagList = Schemas["TagTable"];
export type ScalarsRequest = Schemas["ScalarsRequest"];
export type XAxis = NonNullable<ScalarsRequest["x"]>;
export type SmoothingKind = NonNullable<ScalarsRequest["smoothing_kind"]>;
export type SeriesRef = Schemas["SeriesName"];
export type StatisticsRequest = Schemas["StatisticsRequest"];
/** Of every finite point in a range; null where there is none. */
export type SeriesStatistics = Required<Schemas["SeriesStatistics"]>;
/** How a series stands on an axis that is another tag. */
export type JoinedAxis = Schemas["JoinedAxis"];
export type SegmentInfo = Schemas["SegmentItem"];
/** Every sample of one series in step order; the arrays have one length. */
export type SampleList = Schemas["SampleList"];
/** `strings` are raw Markdown, row-major and untrusted. */
export type TextSample = Schemas["TextItem"];
export type TextList = Schemas["TextList"];
/** Bucket by bucket, the finite values of each sample. */
export type HistogramItem = Schemas["HistogramItem"];
export type HistogramList = Schemas["HistogramList"];
export type HParamsList = Schemas["HParamsList"];
/** How an experiment describes one hyperparameter. */
export type HParamInfo = Schemas["HParamItem"];
/** What sessions may be judged by. */
export type MetricInfo = Schemas["MetricItem"];
export type RunMetricsRequest = Schemas["RunMetricsRequest"];
export type MetricQuestion = Schemas["MetricQuestion"];
/** One number a run, in the order of the runs. */
export type MetricColumn = Schemas["MetricColumn"];
export type RunMetricsAnswer = Schemas["RunMetrics"];
/** Charts that runs laid out, of all runs merged. */
export type CustomScalars = Schemas["CustomScalars"];
export type LayoutChart = Schemas["LayoutChart"];
export type LayoutCategory = Schemas["LayoutCategory"];
/** Counts and rates by threshold of each sample. */
export type PrCurveItem = Schemas["PrCurveItem"];
export type PrCurveList = Schemas["PrCurveList"];
export type ExportRequest = Schemas["ExportRequest"];
export type ExportSize = Schemas["ExportSize"];
export type ImportanceRequest = Schemas["ImportanceRequest"];
export type ImportanceShare = Schemas["ImportanceShare"];
/** Shares of the variance of a metric, or the reason why nothing can be said. */
export type ImportanceAnswer = Schemas["ImportanceAnswer"];
/** The steps at which a tag of a run was evaluated. */
export type PredictionRecords = Schemas["PredictionRecords"];
export type EvaluationRequest = Schemas["EvaluationRequest"];
export type EvaluationPart = NonNullable<EvaluationRequest["parts"]>[number];
/** What one evaluation comes to; empty but for `error` where it cannot be read. */
export type EvaluationItem = Schemas["EvaluationItem"];
export type ClassCurve = Schemas["ClassCurve"];
export type Confusion = Schemas["Confusion"];
export type ClassRates = Schemas["ClassRates"];
export type CalibrationCurve = Schemas["CalibrationCurve"];
export type ScoreHistogram = Schemas["ScoreHistogram"];
export type ExampleFilter = Schemas["ExampleFilter"];
export type ExamplesRequest = Schemas["ExamplesRequest"];
export type ExampleItem = Schemas["ExampleItem"];
export type ExampleList = Schemas["ExampleList"];
/** One sample over the evaluations of a run. */
export type PredictionHistory = Schemas["PredictionHistory"];
/** A model's graph as columns. */
export type GraphAnswer = Schemas["GraphAnswer"];
/** What nodes say of themselves. */
export type GraphAttributes = Schemas["GraphAttributes"];
export type GraphAttribute = Schemas["GraphAttribute"];
/** An embedding as a projector config names it; its files are read when asked for. */
export type EmbeddingItem = Schemas["EmbeddingItem"];
export type EmbeddingList = Schemas["EmbeddingList"];
/** Which sample of an evaluation each point of an embedding is, and what says so. */
export type ExampleSource = Schemas["ExampleSource"];
/** What became of files that were loaded. */
export type LoadedEmbedding = Schemas["LoadedEmbedding"];
export type EmbeddingMetadata = Schemas["EmbeddingMetadata"];
export type ProjectionRequest = Schemas["ProjectionRequest"];
export type Neighbor = Schemas["NeighborItem"];
export type { LoadedMesh } from "./meshes";
export type { ProjectionProgress } from "./projections";
export type LogChange = Schemas["Change"];

/** All finite columns have one length, all `nonfinite_` columns another; those that were not asked for are empty. */
export interface ScalarColumns {
  step: Float64Array;
  /** Seconds since the epoch; exact where `wall_time` was asked for, to float32 after the first where `wall_offset` was. */
  wall_time: Float64Array;
  /** In the unit asked for: steps, seconds since the run began or since the epoch, or values of the tag that is x; ascending, within each pass where it is a tag. */
  x: Float64Array;
  value: Float64Array;
  /** Null where no smoothing was asked for, or where there is no finite point. */
  smoothed: Float64Array | null;
  nonfinite_step: Float64Array;
  nonfinite_wall_time: Float64Array;
  nonfinite_x: Float64Array;
  /** 0 NaN, 1 +Inf, 2 -Inf. */
  nonfinite_kind: Float64Array;
}

/** `found` is false where the run or the tag is gone; then there are no columns. */
export interface ScalarSeries extends Omit<Schemas["ScalarSeriesColumns"], "columns" | "wall_origin"> {
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

export interface EmbeddingRef {
  run: string;
  /** As `EmbeddingItem.name`. */
  name: string;
}

/** A person's own vectors, and labels if there are any. */
export interface OwnEmbedding {
  readonly name: string;
  readonly form: "tsv" | "npy";
  readonly vectors: Blob;
  readonly labels: Blob | null;
}

export interface NeighborQuery extends EmbeddingRef {
  point: number;
  count: number;
  metric: "cosine" | "euclidean";
  sphereize: boolean;
}

/** A clip or a video is named as an image is. */
export type MediaRef = ImageRef;

/** A graph is named as an image is. */
export type GraphRef = Omit<ImageRef, "item">;

export interface LoadedAudio {
  bytes: ArrayBuffer;
  media_type: string;
  /** How many clips the sample holds. */
  item_count: number;
}

/** What is known of a video besides its bytes, as it was logged. */
export interface VideoFacts {
  media_type: string;
  byte_count: number;
  /** Null where the file holds none that is positive and finite; so are the others. */
  frames_per_second: number | null;
  frame_count: number | null;
  /** Pixels of the frames; small ones are enlarged in the video. */
  width: number | null;
  height: number | null;
}

export interface PredictionImageRef {
  run: string;
  tag: string;
  step: number;
  row: number;
  /** From the evaluation; lets the browser keep the image for ever. */
  key?: string;
}

export interface HistoryQuery {
  run: string;
  tag: string;
  row: number;
  /** Finds the sample where its row is another one. */
  id?: string;
}

export interface TextQuery {
  run: string;
  tag: string;
  /** Index of the first sample wanted. */
  first: number;
  /** At most 200. */
  count: number;
}

/** What a page in a file knows of how it was made. */
export interface SnapshotInfo {
  /** Seconds since the epoch. */
  readonly made: number;
  /** Of the Glassboard that made it. */
  readonly version: string;
  /** Points a curve at most. */
  readonly max_points: number;
  /** Curves that lost points. */
  readonly thinned: number;
  /** What of the log did not come along, in words. */
  readonly left_out: string;
  /** The query string that it opens with. */
  readonly query: string;
}

export interface ChangeListener {
  changed(change: LogChange): void;
  /** The stream broke; the source keeps trying and calls `changed` when it is back. */
  lost(): void;
}

/** What the log has, as of one moment. */
export interface LogLists {
  readonly info: LogInfo;
  readonly runs: RunList;
  readonly tags: TagList;
}

export interface DataSource {
  /** Those that came before the page was made, so that it need not be made without them first. */
  readonly lists?: LogLists | null;
  /** Only where the page is a file of its own: nothing in it will change. */
  readonly snapshot?: SnapshotInfo;
  health(signal?: AbortSignal): Promise<Health>;
  log(signal?: AbortSignal): Promise<LogInfo>;
  runs(signal?: AbortSignal): Promise<RunList>;
  /** Of every run that has notes or tags. */
  runNotes(signal?: AbortSignal): Promise<readonly RunNotes[]>;
  tags(signal?: AbortSignal): Promise<TagList>;
  scalars(request: ScalarsRequest, signal?: AbortSignal): Promise<ScalarsAnswer>;
  /** One for each series asked for, in order. */
  statistics(request: StatisticsRequest, signal?: AbortSignal): Promise<readonly SeriesStatistics[]>;
  samples(query: SampleQuery, signal?: AbortSignal): Promise<SampleList>;
  /** For `<img src>`; the image as it was logged. */
  imageUrl(image: ImageRef): string;
  image(image: ImageRef, signal?: AbortSignal): Promise<LoadedImage>;
  /** For `<audio src>`; the clip as it was logged. */
  audioUrl(clip: MediaRef): string;
  audio(clip: MediaRef, signal?: AbortSignal): Promise<LoadedAudio>;
  /** For `<video src>`; the video as it was logged. */
  videoUrl(video: MediaRef): string;
  videoFacts(video: MediaRef, signal?: AbortSignal): Promise<VideoFacts>;
  texts(query: TextQuery, signal?: AbortSignal): Promise<TextList>;
  histograms(query: TextQuery, signal?: AbortSignal): Promise<HistogramList>;
  hparams(signal?: AbortSignal): Promise<HParamsList>;
  runMetrics(request: RunMetricsRequest, signal?: AbortSignal): Promise<RunMetricsAnswer>;
  customScalars(signal?: AbortSignal): Promise<CustomScalars>;
  prCurves(query: TextQuery, signal?: AbortSignal): Promise<PrCurveList>;
  predictions(query: { run: string; tag: string }, signal?: AbortSignal): Promise<PredictionRecords>;
  /** One for each evaluation asked for, in order. */
  evaluation(request: EvaluationRequest, signal?: AbortSignal): Promise<readonly EvaluationItem[]>;
  examples(request: ExamplesRequest, signal?: AbortSignal): Promise<ExampleList>;
  /** For `<img src>`. */
  predictionImageUrl(image: PredictionImageRef): string;
  predictionHistory(query: HistoryQuery, signal?: AbortSignal): Promise<PredictionHistory>;
  /** About how large the file of `exportFile` will be. Absent where there is none to make it. */
  exportSize?(request: ExportRequest, signal?: AbortSignal): Promise<ExportSize>;
  /** The chosen part of the log with this page in one HTML file; `onbytes` is told how much is there. */
  exportFile?(request: ExportRequest, onbytes: (count: number) => void, signal?: AbortSignal): Promise<Blob>;
  importance(request: ImportanceRequest, signal?: AbortSignal): Promise<ImportanceAnswer>;
  graph(graph: GraphRef, signal?: AbortSignal): Promise<GraphAnswer>;
  /** Of nodes `first` to `first + count`. */
  graphAttributes(graph: GraphRef, first: number, count: number, signal?: AbortSignal): Promise<GraphAttributes>;
  /** The graph as it was logged: an encoded `GraphDef`, of a Keras model its `Summary.Value`. */
  graphFile(graph: GraphRef, signal?: AbortSignal): Promise<Blob>;
  /** A mesh by the name it was logged under; sample and key are those of its vertices. */
  mesh(mesh: MediaRef, signal?: AbortSignal): Promise<LoadedMesh>;
  embeddings(signal?: AbortSignal): Promise<EmbeddingList>;
  embeddingMetadata(embedding: EmbeddingRef, signal?: AbortSignal): Promise<EmbeddingMetadata>;
  /** One image that holds a picture for every point. */
  embeddingSprite(embedding: EmbeddingRef, signal?: AbortSignal): Promise<Blob>;
  /** The file of looks that its config names, as it was written. */
  embeddingBookmarks(embedding: EmbeddingRef, signal?: AbortSignal): Promise<string>;
  /** The vectors as a file for other programs. */
  embeddingVectors(embedding: EmbeddingRef, form: "npy" | "tsv", signal?: AbortSignal): Promise<Blob>;
  /** The surest first; none where nothing tells. */
  embeddingExamples(embedding: EmbeddingRef, signal?: AbortSignal): Promise<readonly ExampleSource[]>;
  /** Shows them until the server ends. Absent where there is none to take them; `EmbeddingList.max_upload_bytes` says how much it takes. */
  loadEmbedding?(own: OwnEmbedding, signal?: AbortSignal): Promise<LoadedEmbedding>;
  removeEmbedding?(name: string): Promise<void>;
  /** The nearest first. */
  neighbors(query: NeighborQuery, signal?: AbortSignal): Promise<readonly Neighbor[]>;
  /** The id of a projection that runs, or ran, in the server. */
  startProjection(request: ProjectionRequest, signal?: AbortSignal): Promise<string>;
  /** How far it is; with a layout where there is one newer than version `after`. */
  projection(id: string, after: number, signal?: AbortSignal): Promise<ProjectionProgress>;
  stopProjection(id: string): Promise<ProjectionProgress>;
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
