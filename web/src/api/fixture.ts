/** A made-up log directory that grows while one looks: for working on the page without a server, and for its tests. */

import {
  SourceError,
  type ChangeListener,
  type CustomScalars,
  type DataSource,
  type EvaluationItem,
  type EvaluationRequest,
  type ExampleList,
  type ExamplesRequest,
  type GraphAnswer,
  type GraphAttributes,
  type GraphRef,
  type EmbeddingList,
  type EmbeddingMetadata,
  type Health,
  type HistogramList,
  type HistoryQuery,
  type HParamsList,
  type ImageRef,
  type ImportanceAnswer,
  type ImportanceRequest,
  type Kind,
  type LoadedAudio,
  type LoadedImage,
  type LoadedMesh,
  type LogInfo,
  type MediaRef,
  type Neighbor,
  type NeighborQuery,
  type PrCurveList,
  type PredictionHistory,
  type PredictionImageRef,
  type PredictionRecords,
  type ProjectionProgress,
  type ProjectionRequest,
  type RunInfo,
  type RunList,
  type RunMetricsAnswer,
  type RunMetricsRequest,
  type RunNotes,
  type SampleList,
  type SampleQuery,
  type ScalarSeries,
  type ScalarsAnswer,
  type ScalarsRequest,
  type SeriesRef,
  type SeriesStatistics,
  type StatisticsRequest,
  type TagList,
  type TextList,
  type TextQuery,
  type VideoFacts,
} from "./source";
import { exponentialMean, thinnedIndices } from "../lib/thinning";
import { runNotes } from "./fixture_notes";
import { prCurveItem } from "./fixture_evaluation";
import { column, histogramItem, passStarts, type Curve } from "./fixture_curves";
import { fixtureEvaluation, fixtureExamples, fixtureHistory } from "./fixture_predictions";
import { fixtureAttributes, fixtureGraph } from "./fixture_graph";
import { fixtureLayouts } from "./fixture_layouts";
import { statisticsOf } from "./statistics";
import { fixtureWav } from "./fixture_sound";
import { fixtureEmbeddingLabels, fixtureEmbeddings, fixtureNeighbors, fixtureProjection } from "./fixture_embedding";
import { fixtureHParams, fixtureImportance, fixtureMetrics } from "./fixture_hparams";

export interface FixtureOptions {
  runs?: number;
  /** Steps that each finished run has. */
  steps?: number;
  /** Milliseconds between two steps of the run that still trains; 0: nothing grows. */
  growEveryMs?: number;
}

const BEGAN = 1_790_000_000;
const SCALARS = ["accuracy/train", "accuracy/val", "epoch", "loss/train", "loss/val", "lr"];
const NAMES = ["baseline", "wide", "no-dropout", "softmax-twice"];
const IMAGE_STEPS = Array.from({ length: 25 }, (_, index) => index);
const CLASSES = ["お", "き", "す"];
const TEXT_STEPS = [0, 400, 800];

export class FixtureSource implements DataSource {
  readonly #runs: readonly string[];
  readonly #steps: number;
  readonly #growEveryMs: number;
  #revision = 1;
  /** Steps that the growing run (the last) has. */
  #grown: number;

  constructor({ runs = 8, steps = 1000, growEveryMs = 0 }: FixtureOptions = {}) {
    this.#runs = Array.from({ length: runs }, (_, index) => NAMES[index] ?? `search/lr=1e-${1 + (index % 4)} #${index - 4}`);
    this.#steps = steps;
    this.#growEveryMs = growEveryMs;
    this.#grown = growEveryMs > 0 ? Math.round(steps / 3) : steps;
  }

  async health(): Promise<Health> {
    return { status: "ok", version: "fixture", revision: this.#revision };
  }

  async log(): Promise<LogInfo> {
    const points = this.#infos().reduce((sum, run) => sum + run.point_count, 0);
    return {
      location: "fixture/runs",
      title: "fixture",
      version: "fixture",
      revision: this.#revision,
      state: "ready",
      message: `Read ${this.#runs.length} made-up runs.`,
      nearby: null,
      loaded_bytes: points * 50,
      total_bytes: points * 50,
      run_count: this.#runs.length,
      tag_count: (await this.tags()).tags.length,
      point_count: points,
      problem_count: 1,
      problems: [
        {
          path: "softmax-twice/events.out.tfevents.1790000000",
          offset: 48_213,
          code: "corrupt",
          message: "Record 812 has a data checksum of 0x1f00aa12, 0x1f00aa13 was wanted; 811 records before it and 188 after it are kept.",
        },
      ],
    };
  }

  async runs(): Promise<RunList> {
    return { revision: this.#revision, runs: this.#infos() };
  }

  async runNotes(): Promise<readonly RunNotes[]> {
    return runNotes(this.#runs);
  }

  async tags(): Promise<TagList> {
    const all = this.#runs.map((_, index) => index);
    const scalars = SCALARS.map((tag) => ({ ...tagOf(tag, "scalar", "scalars"), runs: all, counts: all.map((run) => this.#count(run)) }));
    return {
      revision: this.#revision,
      runs: [...this.#runs],
      tags: [
        ...scalars,
        { ...tagOf("characters", "image", "images"), runs: [0], counts: [IMAGE_STEPS.length] },
        { ...tagOf("speech", "audio", "audio"), runs: [0, 1], counts: [IMAGE_STEPS.length, IMAGE_STEPS.length] },
        { ...tagOf("weights/conv1", "histogram", "histograms"), runs: [0, 1], counts: [IMAGE_STEPS.length, IMAGE_STEPS.length] },
        { ...tagOf("_hparams_/session_start_info", "hparams", "hparams"), runs: all, counts: all.map(() => 1) },
        { ...tagOf("custom_scalars__config__", "custom_scalars", "custom_scalars"), runs: [0], counts: [1] },
        { ...tagOf("pixels", "embedding", "projector"), runs: [0], counts: [1] },
        { ...tagOf("glassboard/tags", "run_notes", "glassboard_tags"), runs: [0, 1], counts: [1, 1] },
        ...CLASSES.map((name) => ({ ...tagOf(`precision-recall/${name}`, "pr_curve", "pr_curves"), runs: [0, 1], counts: [TEXT_STEPS.length, TEXT_STEPS.length] })),
        { ...tagOf("validation", "predictions", "glassboard_predictions"), runs: [0, 1], counts: [TEXT_STEPS.length, TEXT_STEPS.length] },
        { ...tagOf("__run_graph__", "graph", "graphs"), runs: [0, 1], counts: [1, 1] },
        { ...tagOf("mistakes", "text", "text"), runs: [0, 1], counts: [TEXT_STEPS.length, TEXT_STEPS.length] },
      ],
    };
  }

  async scalars(request: ScalarsRequest): Promise<ScalarsAnswer> {
    return { revision: this.#revision, series: request.series.map((series) => this.#series(series, request)) };
  }

  async statistics(request: StatisticsRequest): Promise<readonly SeriesStatistics[]> {
    const { series } = await this.scalars({ ...request, max_points: 100_000 });
    return series.map((one) => statisticsOf(one));
  }

  async samples(query: SampleQuery): Promise<SampleList> {
    const steps = query.kind === "graph" ? [0] : query.kind === "image" || query.kind === "audio" ? IMAGE_STEPS : TEXT_STEPS;
    if (!this.#runs.includes(query.run)) throw new SourceError("not_found", `There is no run ${query.run}.`, 404);
    return {
      ...query,
      revision: this.#revision,
      steps: [...steps],
      wall_times: steps.map((step) => BEGAN + step),
      bytes: steps.map(() => 320),
      keys: steps.map((step) => `${query.run}-${query.tag}-${step}`),
      segments: [{ first_step: steps[0]!, last_step: steps[steps.length - 1]!, count: steps.length }],
      segment_count: 1,
      segment: 0,
    };
  }

  imageUrl(image: ImageRef): string {
    return `data:image/svg+xml,${encodeURIComponent(picture(image.sample))}`;
  }

  async image(image: ImageRef): Promise<LoadedImage> {
    return { blob: new Blob([picture(image.sample)], { type: "image/svg+xml" }), item_count: 1 };
  }

  audioUrl(clip: MediaRef): string {
    return URL.createObjectURL(new Blob([fixtureWav(clip.sample)], { type: "audio/wav" }));
  }

  async audio(clip: MediaRef): Promise<LoadedAudio> {
    return { bytes: fixtureWav(clip.sample), media_type: "audio/wav", item_count: 1 };
  }

  videoUrl(): string {
    return "";
  }

  async videoFacts(): Promise<VideoFacts> {
    throw new SourceError("not_found", "The made-up log has no videos.", 404);
  }

  async texts(query: TextQuery): Promise<TextList> {
    const steps = TEXT_STEPS.slice(query.first, query.first + query.count);
    return {
      run: query.run,
      tag: query.tag,
      revision: this.#revision,
      total: TEXT_STEPS.length,
      texts: steps.map((step, index) => ({
        error: null,
        sample: query.first + index,
        step,
        wall_time: BEGAN + step,
        shape: [],
        strings: [`**Mistake at step ${step}**\n\n| image | predicted | actual |\n|---|---|---|\n| ${step + 7} | き | ま |`],
      })),
    };
  }

  async histograms({ run, tag, first, count }: TextQuery): Promise<HistogramList> {
    const all = IMAGE_STEPS.map((step, sample) => histogramItem(sample, step * 40, BEGAN + step));
    return { run, tag, revision: this.#revision, total: all.length, histograms: all.slice(first, first + count) };
  }

  async hparams(): Promise<HParamsList> {
    return fixtureHParams(this.#revision, this.#runs);
  }

  async runMetrics(request: RunMetricsRequest): Promise<RunMetricsAnswer> {
    return fixtureMetrics(this.#revision, this.#runs, request);
  }

  async customScalars(): Promise<CustomScalars> {
    return fixtureLayouts(this.#revision, this.#runs[0]!);
  }

  async prCurves({ run, tag, first, count }: TextQuery): Promise<PrCurveList> {
    const skill = (this.#runs.indexOf(run) + CLASSES.findIndex((name) => tag.endsWith(name))) / 10;
    const all = TEXT_STEPS.map((step, sample) => prCurveItem(sample, step, BEGAN + step, 3 + sample - skill));
    return { run, tag, revision: this.#revision, total: all.length, pr_curves: all.slice(first, first + count) };
  }

  async predictions({ run, tag }: { run: string; tag: string }): Promise<PredictionRecords> {
    return { run, tag, revision: this.#revision, steps: [...TEXT_STEPS], wall_times: TEXT_STEPS.map((step) => BEGAN + step), part_counts: TEXT_STEPS.map(() => 1) };
  }

  async evaluation(request: EvaluationRequest): Promise<readonly EvaluationItem[]> {
    return fixtureEvaluation(request, this.#runs);
  }

  async examples(request: ExamplesRequest): Promise<ExampleList> {
    return fixtureExamples(request, this.#revision);
  }

  predictionImageUrl({ row }: PredictionImageRef): string {
    return `data:image/svg+xml,${encodeURIComponent(picture(row))}`;
  }

  async predictionHistory({ run, tag, row }: HistoryQuery): Promise<PredictionHistory> {
    return fixtureHistory(run, tag, row, TEXT_STEPS, this.#revision);
  }

  async graph(graph: GraphRef): Promise<GraphAnswer> {
    return fixtureGraph(graph);
  }

  async graphAttributes(graph: GraphRef, first: number, count: number): Promise<GraphAttributes> {
    return fixtureAttributes(graph, first, count);
  }

  async graphFile(graph: GraphRef): Promise<Blob> {
    return new Blob([JSON.stringify(fixtureGraph(graph))]);
  }

  async importance(request: ImportanceRequest): Promise<ImportanceAnswer> {
    return fixtureImportance(this.#revision, (request.runs ?? this.#runs).length);
  }

  async mesh(): Promise<LoadedMesh> {
    throw new SourceError("not_found", "The made-up log has no meshes.", 404);
  }

  async embeddings(): Promise<EmbeddingList> {
    return fixtureEmbeddings(this.#revision, this.#runs[0]!);
  }

  async embeddingMetadata(): Promise<EmbeddingMetadata> {
    return fixtureEmbeddingLabels();
  }

  async embeddingSprite(): Promise<Blob> {
    throw new SourceError("not_found", "The made-up embedding has no pictures.", 404);
  }

  async embeddingBookmarks(): Promise<string> {
    throw new SourceError("not_found", "The made-up embedding has no bookmarks.", 404);
  }

  async embeddingVectors(): Promise<Blob> {
    return new Blob([]);
  }

  async embeddingExamples(): Promise<readonly never[]> {
    return [];
  }

  async neighbors(query: NeighborQuery): Promise<readonly Neighbor[]> {
    return fixtureNeighbors(query);
  }

  async startProjection(request: ProjectionRequest): Promise<string> {
    return JSON.stringify(request);
  }

  async projection(id: string, after: number): Promise<ProjectionProgress> {
    return fixtureProjection(id, after);
  }

  async stopProjection(id: string): Promise<ProjectionProgress> {
    return fixtureProjection(id, 1);
  }

  changes(listener: ChangeListener): () => void {
    const tell = (runs: string[]): void => {
      const points = this.#infos().reduce((sum, run) => sum + run.point_count, 0);
      listener.changed({ revision: this.#revision, runs, point_count: points, state: "ready" });
    };
    const first = setTimeout(() => tell([]), 0);
    const timer = this.#growEveryMs > 0 ? setInterval(() => this.#grow(tell), this.#growEveryMs) : undefined;
    return () => {
      clearTimeout(first);
      clearInterval(timer);
    };
  }

  #grow(tell: (runs: string[]) => void): void {
    this.#grown++;
    this.#revision++;
    tell(this.#runs.slice(-1));
  }

  #count(run: number): number {
    return run === this.#runs.length - 1 ? this.#grown : this.#steps;
  }

  #infos(): RunInfo[] {
    return this.#runs.map((name, index) => ({
      name,
      first_wall_time: BEGAN + index * 3600,
      last_wall_time: BEGAN + index * 3600 + this.#count(index),
      last_step: this.#count(index) - 1,
      point_count: this.#count(index) * SCALARS.length,
      file_count: 1,
      problem_count: name === "softmax-twice" ? 1 : 0,
      live: this.#growEveryMs > 0 && index === this.#runs.length - 1,
    }));
  }

  #series(series: SeriesRef, request: ScalarsRequest): ScalarSeries {
    const run = this.#runs.indexOf(series.run);
    const found = run >= 0 && SCALARS.includes(series.tag);
    const base = { run: series.run, tag: series.tag, segment: 0 };
    if (!found) return { ...base, found, total: 0, in_range: 0, shown: 0, nonfinite_count: 0, segments: [], segment_count: 0, joined: null, columns: null };
    const total = this.#count(run);
    const curve: Curve = { run, tag: series.tag, count: total, span: this.#steps, began: BEGAN + run * 3600 };
    const x = request.x ?? "step";
    const xCurve = request.x_tag && SCALARS.includes(request.x_tag) ? { ...curve, tag: request.x_tag } : null;
    const [low, high] = request.range ?? [-Infinity, Infinity];
    const all = column(curve, x, xCurve);
    const passes = x === "tag" ? passStarts(all.x) : [0];
    const smoothed = request.smoothing ? exponentialMean(all.value, request.smoothing) : null;
    const inside = Array.from({ length: total }, (_, step) => step).filter((step) => all.x[step]! >= low && all.x[step]! <= high);
    const isFinite = (step: number): boolean => Number.isFinite(all.value[step]!);
    const kept = thinnedIndices(inside.filter(isFinite), all.value, request.max_points ?? 1000);
    const nonfinite = inside.filter((step) => !isFinite(step));
    const pick = (values: Float64Array, steps: readonly number[]): Float64Array => Float64Array.from(steps, (step) => values[step]!);
    return {
      ...base,
      found,
      total,
      in_range: inside.length,
      shown: kept.length,
      nonfinite_count: nonfinite.length,
      segments: [{ first_step: 0, last_step: total - 1, count: total }],
      segment_count: 1,
      joined: x === "tag" ? { passes: passes.map((start) => [kept.filter((step) => step < start).length, nonfinite.filter((step) => step < start).length]), pass_count: passes.length, without_x: xCurve ? 0 : total } : null,
      columns: {
        step: pick(all.step, kept),
        wall_time: pick(all.wall_time, kept),
        x: pick(all.x, kept),
        value: pick(all.value, kept),
        smoothed: smoothed && pick(smoothed, kept),
        nonfinite_step: pick(all.step, nonfinite),
        nonfinite_wall_time: pick(all.wall_time, nonfinite),
        nonfinite_x: pick(all.x, nonfinite),
        nonfinite_kind: new Float64Array(nonfinite.length),
      },
    };
  }
}

function tagOf(tag: string, kind: Kind, plugin: string) {
  return { tag, kind, plugin_name: plugin, display_name: tag, description: "" };
}

function picture(sample: number): string {
  const turn = sample * 14;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"><rect width="28" height="28"/><path d="M6 8h16M14 5v18" stroke="#fff" stroke-width="3" transform="rotate(${turn} 14 14)"/></svg>`;
}
