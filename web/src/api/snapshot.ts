/** The page as a file of its own: every route is answered from the archive in it, scalars are thinned and smoothed here. */

import { Archive, type ReadBlock } from "./archive";
import { decodeColumns } from "./columns";
import type { ProjectionProgress } from "./projections";
import { HttpSource } from "./http";
import { metricColumn, metricRun } from "./snapshot_metrics";
import { layoutFor, layoutsInWords, nearestRows, type RecordedLayout } from "./snapshot_embeddings";
import { joinedView, viewOf } from "./snapshot_scalars";
import { statisticsOf } from "./statistics";
import { readVectors, type Vectors } from "./vectors";
import { SourceError, type ChangeListener, type ImportanceAnswer, type ImportanceRequest, type Neighbor, type NeighborQuery, type ProjectionRequest, type RunList, type RunMetricsAnswer, type RunMetricsRequest, type ScalarSeries, type ScalarsAnswer, type ScalarsRequest, type SeriesRef, type SeriesStatistics, type SnapshotInfo, type StatisticsRequest } from "./source";

/** Decoded answers that are kept; each holds at most 50 series. */
const MOST_DECODED = 40;

export class SnapshotSource extends HttpSource {
  readonly snapshot: SnapshotInfo;
  readonly #archive: Archive;
  readonly #decoded = new Map<object, Promise<ScalarsAnswer>>();
  readonly #vectors = new Map<string, Promise<Vectors>>();
  #begins: Promise<ReadonlyMap<string, number>> | undefined;

  static async open(read: ReadBlock): Promise<SnapshotSource> {
    return new SnapshotSource(await Archive.open(read));
  }

  private constructor(archive: Archive) {
    super("", archive);
    this.#archive = archive;
    this.snapshot = archive.info;
  }

  /** None is being written any more, whatever was so when the file was made. */
  override async runs(): Promise<RunList> {
    const { revision, runs } = await super.runs();
    return { revision, runs: runs.map((run) => ({ ...run, live: false })) };
  }

  override async scalars(request: ScalarsRequest): Promise<ScalarsAnswer> {
    const begins = await this.#firstTimes();
    const xTag = request.x === "tag" ? request.x_tag : undefined;
    const series = request.series.map(async (ref) => {
      const one = await this.#series(ref);
      return xTag ? joinedView(one, await this.#series({ run: ref.run, tag: xTag }), request) : viewOf(one, request, begins.get(ref.run) ?? 0);
    });
    return { revision: 0, series: await Promise.all(series) };
  }

  override async statistics(request: StatisticsRequest): Promise<readonly SeriesStatistics[]> {
    const { series } = await this.scalars({ ...request, max_points: Infinity });
    const [low, high] = request.range;
    return series.map((one) => statisticsOf(within(one, low, high)));
  }

  /** A forest is grown by the server alone. */
  override async importance({ runs }: ImportanceRequest): Promise<ImportanceAnswer> {
    const count = runs?.length ?? 0;
    const reason = "a saved page holds what was logged, and importance is computed by the server that reads the log";
    return { revision: 0, reason, shares: [], interactions: [], explained: null, used_count: count, worst_count: 0, missing_count: 0, constant: [] };
  }

  /** As the server does over every point; a mean of the last points is over those that came along. */
  override async runMetrics({ metrics, runs }: RunMetricsRequest): Promise<RunMetricsAnswer> {
    const chosen = runs ?? (await this.hparams()).runs.map((session) => session.run);
    const columns = metrics.map(async (question) =>
      metricColumn(question, await Promise.all(chosen.map((run) => this.#series({ run: metricRun(run, question.group ?? ""), tag: question.tag })))),
    );
    return { revision: 0, runs: chosen, metrics: await Promise.all(columns) };
  }

  /** Every layout that came along is finished. */
  override async startProjection(request: ProjectionRequest): Promise<string> {
    const recorded = await this.#layouts();
    const found = layoutFor(recorded, request);
    if (!found) throw new SourceError("not_found", layoutsInWords(recorded, request), 404);
    return found.id;
  }

  override async projection(id: string, after: number): Promise<ProjectionProgress> {
    const progress = await super.projection(id, after);
    return progress.state === "waiting" || progress.state === "running" ? { ...progress, state: "stopped", stage: "stopped" } : progress;
  }

  override async neighbors(query: NeighborQuery): Promise<readonly Neighbor[]> {
    const name = JSON.stringify([query.run, query.name]);
    let vectors = this.#vectors.get(name);
    if (!vectors) {
      vectors = this.embeddingVectors({ run: query.run, name: query.name }, "npy").then(async (file) => readVectors(await file.arrayBuffer()));
      this.#vectors.set(name, vectors);
    }
    return nearestRows(await vectors, query);
  }

  /** No view of a saved page shows predictions. */
  override async embeddingExamples(): Promise<readonly never[]> {
    return [];
  }

  async #layouts(): Promise<readonly RecordedLayout[]> {
    const answer = await this.#archive.ask("projections", {});
    return answer.ok ? ((await answer.json()) as { projections: RecordedLayout[] }).projections : [];
  }

  override changes(listener: ChangeListener): () => void {
    let listening = true;
    void this.log().then(({ revision, point_count }) => listening && listener.changed({ revision, runs: [], point_count, state: "ready" }));
    return () => void (listening = false);
  }

  async #series({ run, tag, segment }: SeriesRef): Promise<ScalarSeries> {
    const place = this.#archive.scalarSeries(run, tag, segment ?? null);
    if (!place) return { run, tag, found: false, total: 0, in_range: 0, shown: 0, nonfinite_count: 0, segments: [], segment_count: 0, segment: 0, joined: null, columns: null };
    const known = this.#decoded.get(place.answer);
    this.#decoded.delete(place.answer);
    const decoded = known ?? this.#archive.bytes(place.answer).then((bytes) => decodeColumns(bytes.buffer));
    this.#decoded.set(place.answer, decoded);
    if (this.#decoded.size > MOST_DECODED) this.#decoded.delete(this.#decoded.keys().next().value!);
    return (await decoded).series[place.at]!;
  }

  /** When each run logged its first point, in seconds since the epoch: what relative times count from. */
  #firstTimes(): Promise<ReadonlyMap<string, number>> {
    this.#begins ??= this.runs().then(({ runs }) => new Map(runs.map((run) => [run.name, run.first_wall_time ?? 0])));
    return this.#begins;
  }
}

/** Without the neighbours beyond the ends of the range, which lines need and statistics must not count. */
function within(series: ScalarSeries, low: number, high: number): ScalarSeries {
  const { columns } = series;
  if (!columns) return series;
  const inside = (_: number, index: number): boolean => columns.x[index]! >= low && columns.x[index]! <= high;
  return { ...series, columns: { ...columns, x: columns.x.filter(inside), value: columns.value.filter(inside) } };
}
