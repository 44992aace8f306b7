/** What the server is asked for, from what the link says. */

import type { EmbeddingItem, ProjectionRequest } from "../../api/source";
import type { ProjectorLink } from "./link";
import type { Column } from "./metadata";

/** Rows at the left, right, bottom and top. */
export type Ends = readonly { readonly rows: readonly number[] }[];

/** `edited`: the column to supervise with, where its labels are not those of the file. Equal texts are the same question; null while there is nothing to ask for, such as axes without ends. */
export function questionOf(item: EmbeddingItem | null, link: ProjectorLink, ends: Ends, edited: Column | null = null): string | null {
  if (item === null || item.error !== null) return null;
  const common = { run: item.run, name: item.name, version: item.version, algorithm: link.algorithm, sphereize: link.sphereize };
  switch (link.algorithm) {
    case "pca":
      return JSON.stringify(common);
    case "tsne":
      return JSON.stringify({ ...common, dimensions: link.dimensions, perplexity: link.perplexity, learning_rate: link.rate, iterations: link.iterations, ...supervision(link, edited), ...(link.supervise ? { strength: link.strength } : {}) });
    case "umap":
      return JSON.stringify({ ...common, dimensions: link.dimensions, neighbors: link.neighbors, min_dist: link.minDist, metric: link.umapMetric, supervise: null, ...supervision(link, edited) });
    case "custom": {
      const axes = [0, 2].map((at) => ({ start: ends[at]!.rows, end: ends[at + 1]!.rows })).filter(({ start, end }) => start.length > 0 && end.length > 0);
      return axes.length === 0 ? null : JSON.stringify({ ...common, axes });
    }
  }
}

/** The values of the column attract each other; one that is empty or ignored says nothing. */
function supervision({ supervise, ignored }: ProjectorLink, edited: Column | null): Partial<ProjectionRequest> {
  if (supervise === "") return {};
  const own = { supervise, ...(ignored === "" ? {} : { ignored }) };
  if (edited === null) return own;
  const numbers = new Map(edited.values.map((value) => [value, 0]));
  [...numbers.keys()].forEach((value, at) => numbers.set(value, value === "" || value === ignored ? -1 : at));
  return { ...own, labels: edited.values.map((value) => numbers.get(value)!) };
}

/** The question as the request that it is, and the part of it that says nothing of which step it is. */
export function requestOf(question: string): { readonly request: ProjectionRequest; readonly parameters: string } {
  // The version is for the page alone: files that were written anew are another question.
  const { version: _version, ...request } = JSON.parse(question) as ProjectionRequest & { version: string };
  const { run: _run, name: _name, ...rest } = request;
  return { request, parameters: JSON.stringify(rest) };
}
