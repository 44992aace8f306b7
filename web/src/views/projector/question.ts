/** What the server is asked for, from what the link says. */

import type { EmbeddingItem, ProjectionRequest } from "../../api/source";
import type { ProjectorLink } from "./link";

/** Rows at the left, right, bottom and top. */
export type Ends = readonly { readonly rows: readonly number[] }[];

/** Equal texts are the same question; null while there is nothing to ask for, such as axes without ends. */
export function questionOf(item: EmbeddingItem | null, link: ProjectorLink, ends: Ends): string | null {
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
      const axes = [0, 2].map((at) => ({ start: ends[at]!.rows, end: ends[at + 1]!.rows })).filter(({ start, end }) => start.length > 0 && end.length > 0);
      return axes.length === 0 ? null : JSON.stringify({ ...common, axes });
    }
  }
}

/** The question as the request that it is, and the part of it that says nothing of which step it is. */
export function requestOf(question: string): { readonly request: ProjectionRequest; readonly parameters: string } {
  const request = JSON.parse(question) as ProjectionRequest;
  const { run: _run, name: _name, ...rest } = request;
  return { request, parameters: JSON.stringify(rest) };
}
