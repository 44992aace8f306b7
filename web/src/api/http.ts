/** The page's only way to a server. All URLs are relative to the page, so a path prefix or a proxy needs no setting. */

import { decodeColumns } from "./columns";
import { decodeMesh, type LoadedMesh } from "./meshes";
import { decodeProjection, type ProjectionProgress } from "./projections";
import {
  SourceError,
  type ChangeListener,
  type CustomScalars,
  type DataSource,
  type EvaluationItem,
  type EvaluationRequest,
  type ExampleList,
  type ExampleSource,
  type ExamplesRequest,
  type EmbeddingList,
  type EmbeddingMetadata,
  type EmbeddingRef,
  type ExportRequest,
  type ExportSize,
  type GraphAnswer,
  type GraphAttributes,
  type GraphRef,
  type Health,
  type HistogramList,
  type HistoryQuery,
  type HParamsList,
  type ImageRef,
  type LoadedAudio,
  type LoadedEmbedding,
  type ImportanceAnswer,
  type ImportanceRequest,
  type LoadedImage,
  type LogChange,
  type LogInfo,
  type LogLists,
  type MediaRef,
  type Neighbor,
  type NeighborQuery,
  type OwnEmbedding,
  type PrCurveList,
  type PredictionHistory,
  type PredictionImageRef,
  type PredictionRecords,
  type ProjectionRequest,
  type RunList,
  type RunMetricsAnswer,
  type RunMetricsRequest,
  type RunNotes,
  type SampleList,
  type SampleQuery,
  type ScalarsAnswer,
  type ScalarsRequest,
  type SeriesStatistics,
  type StatisticsRequest,
  type TagList,
  type TextList,
  type TextQuery,
  type VideoFacts,
} from "./source";

/** What carries a question to the API and its answer back: a network, or the file that the page is in. */
export interface Exchange {
  ask(url: string, init: RequestInit): Promise<Response>;
  /** For `<img src>` and the like. */
  address(url: string): string;
}

const NETWORK: Exchange = { ask: (url, init) => fetch(url, init), address: (url) => url };

/** That a file of the log takes along. */
const MOST_LAYOUTS = 16;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 8_000;

export class HttpSource implements DataSource {
  readonly #base: string;
  readonly #exchange: Exchange;
  /** The newest layout of each kind that was asked for: a file of the log takes them along. */
  readonly #layouts = new Map<string, ProjectionRequest>();
  /** Answers that are on their way before the page asks, by address; each is given once. */
  readonly #ahead = new Map<string, Promise<unknown>>();
  lists: LogLists | null = null;

  constructor(base = "api/v1", exchange = NETWORK) {
    this.#base = base;
    this.#exchange = exchange;
  }

  /** Asks for the lists; those that come before `patience` ends are in `lists` then, of others the answer is awaited by who asks next. */
  async begin(patience: Promise<unknown>): Promise<void> {
    const [info, runs, tags] = [this.log(), this.runs(), this.tags()];
    for (const [route, answer] of Object.entries({ log: info, runs, tags })) this.#ahead.set(this.#url(route), answer);
    const all = Promise.all([info, runs, tags]).then(
      ([info, runs, tags]) => {
        this.lists = { info, runs, tags };
        // They are told; whoever asks again wants to know what is new.
        this.#ahead.clear();
      },
      // Whoever asks next is told.
      () => {},
    );
    await Promise.race([all, patience]);
  }

  health(signal?: AbortSignal): Promise<Health> {
    return this.#json("health", {}, signal);
  }

  log(signal?: AbortSignal): Promise<LogInfo> {
    return this.#json("log", {}, signal);
  }

  runs(signal?: AbortSignal): Promise<RunList> {
    return this.#json("runs", {}, signal);
  }

  async runNotes(signal?: AbortSignal): Promise<readonly RunNotes[]> {
    return (await this.#json<{ runs: RunNotes[] }>("run-notes", {}, signal)).runs;
  }

  tags(signal?: AbortSignal): Promise<TagList> {
    return this.#json("tags", {}, signal);
  }

  async scalars(request: ScalarsRequest, signal?: AbortSignal): Promise<ScalarsAnswer> {
    const response = await this.#post("scalars", request, signal);
    return decodeColumns(await response.arrayBuffer());
  }

  async statistics(request: StatisticsRequest, signal?: AbortSignal): Promise<readonly SeriesStatistics[]> {
    const response = await this.#post("scalar-statistics", request, signal);
    return ((await response.json()) as { series: SeriesStatistics[] }).series;
  }

  samples(query: SampleQuery, signal?: AbortSignal): Promise<SampleList> {
    return this.#json("samples", { ...query }, signal);
  }

  imageUrl(image: ImageRef): string {
    return this.#exchange.address(this.#url("image", { ...image }));
  }

  async image(image: ImageRef, signal?: AbortSignal): Promise<LoadedImage> {
    const response = await this.#ask(this.#url("image", { ...image }), { signal: signal ?? null });
    const items = Number(response.headers.get("X-Glassboard-Items") ?? 1);
    return { blob: await response.blob(), item_count: items };
  }

  audioUrl(clip: MediaRef): string {
    return this.#exchange.address(this.#url("audio", { ...clip }));
  }

  async audio(clip: MediaRef, signal?: AbortSignal): Promise<LoadedAudio> {
    const response = await this.#ask(this.#url("audio", { ...clip }), { signal: signal ?? null });
    const items = Number(response.headers.get("X-Glassboard-Items") ?? 1);
    return { bytes: await response.arrayBuffer(), media_type: response.headers.get("Content-Type") ?? "", item_count: items };
  }

  videoUrl(video: MediaRef): string {
    return this.#exchange.address(this.#url("video", { ...video }));
  }

  async videoFacts(video: MediaRef, signal?: AbortSignal): Promise<VideoFacts> {
    // The headers alone are wanted; one byte is the least that a range can ask for.
    const response = await this.#ask(this.#url("video", { ...video }), { signal: signal ?? null, headers: { Range: "bytes=0-0" } });
    return videoFactsOf(response.headers);
  }

  texts(query: TextQuery, signal?: AbortSignal): Promise<TextList> {
    return this.#json("texts", { ...query }, signal);
  }

  histograms(query: TextQuery, signal?: AbortSignal): Promise<HistogramList> {
    return this.#json("histograms", { ...query }, signal);
  }

  hparams(signal?: AbortSignal): Promise<HParamsList> {
    return this.#json("hparams", {}, signal);
  }

  async runMetrics(request: RunMetricsRequest, signal?: AbortSignal): Promise<RunMetricsAnswer> {
    const response = await this.#post("run-metrics", request, signal);
    return (await response.json()) as RunMetricsAnswer;
  }

  customScalars(signal?: AbortSignal): Promise<CustomScalars> {
    return this.#json("custom_scalars", {}, signal);
  }

  prCurves(query: TextQuery, signal?: AbortSignal): Promise<PrCurveList> {
    return this.#json("pr_curves", { ...query }, signal);
  }

  predictions(query: { run: string; tag: string }, signal?: AbortSignal): Promise<PredictionRecords> {
    return this.#json("predictions", query, signal);
  }

  async evaluation(request: EvaluationRequest, signal?: AbortSignal): Promise<readonly EvaluationItem[]> {
    const response = await this.#post("evaluation", request, signal);
    return ((await response.json()) as { evaluations: EvaluationItem[] }).evaluations;
  }

  examples(request: ExamplesRequest, signal?: AbortSignal): Promise<ExampleList> {
    return this.#post("prediction-examples", request, signal).then((response) => response.json() as Promise<ExampleList>);
  }

  predictionImageUrl(image: PredictionImageRef): string {
    return this.#exchange.address(this.#url("prediction-image", { ...image }));
  }

  predictionHistory(query: HistoryQuery, signal?: AbortSignal): Promise<PredictionHistory> {
    return this.#json("prediction-history", { ...query }, signal);
  }

  exportSize(request: ExportRequest, signal?: AbortSignal): Promise<ExportSize> {
    return this.#post("export-size", request, signal).then((response) => response.json() as Promise<ExportSize>);
  }

  async exportFile(request: ExportRequest, onbytes: (count: number) => void, signal?: AbortSignal): Promise<Blob> {
    const response = await this.#post("export", { ...request, layouts: [...this.#layouts.values()].slice(-MOST_LAYOUTS) }, signal);
    const parts: BlobPart[] = [];
    let count = 0;
    const reader = response.body!.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      count += part.value.byteLength;
      onbytes(count);
    }
    return new Blob(parts, { type: "text/html" });
  }

  async importance(request: ImportanceRequest, signal?: AbortSignal): Promise<ImportanceAnswer> {
    const response = await this.#post("hparams-importance", request, signal);
    return (await response.json()) as ImportanceAnswer;
  }

  graph(graph: GraphRef, signal?: AbortSignal): Promise<GraphAnswer> {
    return this.#json("graph", { ...graph }, signal);
  }

  graphAttributes(graph: GraphRef, first: number, count: number, signal?: AbortSignal): Promise<GraphAttributes> {
    return this.#json("graph-attributes", { ...graph, first, count }, signal);
  }

  async graphFile(graph: GraphRef, signal?: AbortSignal): Promise<Blob> {
    const response = await this.#ask(this.#url("blob", { ...graph, kind: "graph" }), { signal: signal ?? null });
    return response.blob();
  }

  async mesh(mesh: MediaRef, signal?: AbortSignal): Promise<LoadedMesh> {
    return decodeMesh(await (await this.#ask(this.#url("mesh", { ...mesh }), { signal: signal ?? null })).arrayBuffer());
  }

  embeddings(signal?: AbortSignal): Promise<EmbeddingList> {
    return this.#json("embeddings", {}, signal);
  }

  embeddingMetadata(embedding: EmbeddingRef, signal?: AbortSignal): Promise<EmbeddingMetadata> {
    return this.#json("embedding-metadata", { ...embedding }, signal);
  }

  async embeddingSprite(embedding: EmbeddingRef, signal?: AbortSignal): Promise<Blob> {
    return (await this.#ask(this.#url("embedding-sprite", { ...embedding }), { signal: signal ?? null })).blob();
  }

  async embeddingBookmarks(embedding: EmbeddingRef, signal?: AbortSignal): Promise<string> {
    return (await this.#ask(this.#url("embedding-bookmarks", { ...embedding }), { signal: signal ?? null })).text();
  }

  async embeddingVectors(embedding: EmbeddingRef, form: "npy" | "tsv", signal?: AbortSignal): Promise<Blob> {
    return (await this.#ask(this.#url("embedding-vectors", { ...embedding, form }), { signal: signal ?? null })).blob();
  }

  async embeddingExamples(embedding: EmbeddingRef, signal?: AbortSignal): Promise<readonly ExampleSource[]> {
    return (await this.#json<{ sources: ExampleSource[] }>("embedding-examples", { ...embedding }, signal)).sources;
  }

  async loadEmbedding({ name, form, vectors, labels }: OwnEmbedding, signal?: AbortSignal): Promise<LoadedEmbedding> {
    const body = new Blob(labels === null ? [vectors] : [labels, vectors]);
    const headers = { "Content-Type": "application/octet-stream" };
    const response = await this.#ask(this.#url("loaded-embeddings", { name, form, label_bytes: labels?.size ?? 0 }), { method: "POST", headers, body, signal: signal ?? null });
    return (await response.json()) as LoadedEmbedding;
  }

  async removeEmbedding(name: string): Promise<void> {
    await this.#ask(this.#url("loaded-embeddings", { name }), { method: "DELETE" });
  }

  async neighbors({ sphereize, ...query }: NeighborQuery, signal?: AbortSignal): Promise<readonly Neighbor[]> {
    return (await this.#json<{ neighbors: Neighbor[] }>("embedding-neighbors", { ...query, sphereize: String(sphereize) }, signal)).neighbors;
  }

  async startProjection(request: ProjectionRequest, signal?: AbortSignal): Promise<string> {
    const response = await this.#post("projections", request, signal);
    const kind = JSON.stringify([request.run, request.name, request.algorithm]);
    this.#layouts.delete(kind);
    this.#layouts.set(kind, request);
    return ((await response.json()) as { id: string }).id;
  }

  async projection(id: string, after: number, signal?: AbortSignal): Promise<ProjectionProgress> {
    return decodeProjection(await (await this.#ask(this.#url("projection", { id, after }), { signal: signal ?? null })).arrayBuffer());
  }

  async stopProjection(id: string): Promise<ProjectionProgress> {
    return decodeProjection(await (await this.#ask(this.#url("projection", { id }), { method: "DELETE" })).arrayBuffer());
  }

  changes(listener: ChangeListener): () => void {
    let stream: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wait = FIRST_RETRY_MS;
    const connect = (): void => {
      stream = new EventSource(this.#url("events"));
      stream.addEventListener("change", (event) => {
        wait = FIRST_RETRY_MS;
        listener.changed(JSON.parse((event as MessageEvent<string>).data) as LogChange);
      });
      // The browser gives up on an HTTP error (a proxy's 502), so every retry is ours.
      stream.onerror = () => {
        stream?.close();
        listener.lost();
        timer = setTimeout(connect, wait);
        wait = Math.min(wait * 2, LONGEST_RETRY_MS);
      };
    };
    connect();
    return () => {
      clearTimeout(timer);
      stream?.close();
    };
  }

  #url(route: string, query: Record<string, string | number | undefined> = {}): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return `${this.#base}/${route}${text ? `?${text}` : ""}`;
  }

  #post(route: string, body: object, signal?: AbortSignal): Promise<Response> {
    const headers = { "Content-Type": "application/json" };
    return this.#ask(`${this.#base}/${route}`, { method: "POST", headers, body: JSON.stringify(body), signal: signal ?? null });
  }

  async #json<T>(route: string, query: Record<string, string | number | undefined>, signal?: AbortSignal): Promise<T> {
    const url = this.#url(route, query);
    const ahead = this.#ahead.get(url);
    this.#ahead.delete(url);
    if (ahead) return ahead as Promise<T>;
    const response = await this.#ask(url, { signal: signal ?? null });
    return (await response.json()) as T;
  }

  async #ask(url: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await this.#exchange.ask(url, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new SourceError("unreachable", "The Glassboard server does not answer.");
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }
}

async function errorOf(response: Response): Promise<SourceError> {
  const fallback = `The server answered ${response.status} ${response.statusText}`.trim() + ".";
  try {
    const body = (await response.json()) as { error?: { code?: string; message?: string } };
    return new SourceError(body.error?.code ?? "http", body.error?.message ?? fallback, response.status);
  } catch {
    // A proxy's error page: its status says all there is.
    return new SourceError("http", fallback, response.status);
  }
}

function videoFactsOf(headers: Headers): VideoFacts {
  const positive = (name: string): number | null => {
    const value = Number(headers.get(`X-Glassboard-${name}`) ?? NaN);
    return Number.isFinite(value) && value > 0 ? value : null;
  };
  const total = Number(/\/(\d+)$/.exec(headers.get("Content-Range") ?? "")?.[1] ?? headers.get("Content-Length") ?? 0);
  return {
    media_type: headers.get("Content-Type") ?? "",
    byte_count: total,
    frames_per_second: positive("Frames-Per-Second"),
    frame_count: positive("Frames"),
    width: positive("Width"),
    height: positive("Height"),
  };
}
