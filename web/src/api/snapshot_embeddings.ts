/** What a page that is a file of its own does for the projector: finds the layout that came along, and neighbours among the vectors. */

import type { Neighbor, NeighborQuery, ProjectionRequest } from "./source";
import type { Vectors } from "./vectors";

export interface RecordedLayout {
  readonly id: string;
  readonly question: ProjectionRequest;
}

/** What of a question makes another layout. */
const TELLING = {
  pca: [],
  tsne: ["dimensions", "perplexity", "learning_rate", "iterations", "supervise", "ignored", "labels"],
  umap: ["dimensions", "neighbors", "min_dist", "metric", "supervise", "ignored", "labels"],
  custom: ["axes"],
} as const satisfies Record<ProjectionRequest["algorithm"], readonly (keyof ProjectionRequest)[]>;

const NAMES = { pca: "PCA", tsne: "t-SNE", umap: "UMAP", custom: "custom axes" } as const;

/** The layout that answers a question; t-SNE that ran on answers for any number of iterations. */
export function layoutFor(recorded: readonly RecordedLayout[], asked: ProjectionRequest): RecordedLayout | undefined {
  const alike = (question: ProjectionRequest, fields: readonly (keyof ProjectionRequest)[]): boolean =>
    fields.every((field) => JSON.stringify(question[field] ?? null) === JSON.stringify(asked[field] ?? null));
  const told = TELLING[asked.algorithm];
  const candidates = recorded.filter(({ question }) => alike(question, ["run", "name", "algorithm"]) && (question.sphereize ?? false) === (asked.sphereize ?? false));
  return candidates.find(({ question }) => alike(question, told)) ?? candidates.findLast(({ question }) => alike(question, told.filter((field) => field !== "iterations")));
}

/** Which layouts of an embedding came along, in words. */
export function layoutsInWords(recorded: readonly RecordedLayout[], { run, name }: ProjectionRequest): string {
  const there = recorded.filter(({ question }) => question.run === run && question.name === name).map(({ question }) => {
    const more = question.algorithm === "pca" ? "" : question.algorithm === "tsne" ? ` with perplexity ${question.perplexity}` : question.algorithm === "umap" ? ` of ${question.neighbors} neighbours` : "";
    return `${NAMES[question.algorithm]}${question.sphereize ? " of sphereized vectors" : ""}${question.algorithm === "tsne" || question.algorithm === "umap" ? ` in ${question.dimensions}-D` : ""}${more}`;
  });
  return there.length > 0 ? `A saved page holds the layouts that were there when it was made: ${[...new Set(there)].join(", ")}.` : "A saved page holds no layout of this embedding.";
}

/** The mean at the origin, every row of length 1; a row at the mean stays there. Rows that are not finite do not count. */
function sphereized({ rows, dimensions, values }: Vectors): Vectors {
  const mean = new Float64Array(dimensions);
  let counted = 0;
  for (let row = 0; row < rows; row += 1) {
    const own = values.subarray(row * dimensions, (row + 1) * dimensions);
    if (!own.every(Number.isFinite)) continue;
    counted += 1;
    own.forEach((value, at) => (mean[at]! += value));
  }
  const moved = values.map((value, at) => value - mean[at % dimensions]! / Math.max(1, counted));
  for (let row = 0; row < rows; row += 1) {
    const own = moved.subarray(row * dimensions, (row + 1) * dimensions);
    const length = Math.hypot(...own) || 1;
    own.forEach((value, at) => (own[at] = value / length));
  }
  return { rows, dimensions, values: moved };
}

/** As the server finds them (`analysis/projection/neighbors.py`): the nearest first, rows that are not finite are none. */
export function nearestRows(vectors: Vectors, { point, count = 100, metric, sphereize }: Pick<NeighborQuery, "point" | "count" | "metric" | "sphereize">): Neighbor[] {
  const { rows, dimensions, values } = sphereize ? sphereized(vectors) : vectors;
  const from = values.subarray(point * dimensions, (point + 1) * dimensions);
  const found: Neighbor[] = [];
  for (let row = 0; row < rows; row += 1) {
    if (row === point) continue;
    let [product, own, other, apart] = [0, 0, 0, 0];
    for (let at = 0; at < dimensions; at += 1) {
      const [a, b] = [from[at]!, values[row * dimensions + at]!];
      product += a * b;
      own += a * a;
      other += b * b;
      apart += (a - b) ** 2;
    }
    const lengths = Math.sqrt(own * other);
    const distance = metric === "euclidean" ? Math.sqrt(apart) : Math.min(2, Math.max(0, 1 - (lengths === 0 ? 0 : product / lengths)));
    if (Number.isFinite(distance)) found.push({ point: row, distance });
  }
  return found.sort((a, b) => a.distance - b.distance || a.point - b.point).slice(0, count);
}
