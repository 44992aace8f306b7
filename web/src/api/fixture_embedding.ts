/** A made-up embedding: three clouds in space, one a class. */

import type { EmbeddingList, EmbeddingMetadata, Neighbor, NeighborQuery, ProjectionProgress } from "./source";

const COUNT = 240;
const CLASSES = ["お", "き", "す"];

/** Even numbers from 0 to 1 that look random. */
const noise = (seed: number): number => ((Math.sin(seed * 12.9898) * 43758.5453) % 1 + 1) % 1;
const place = (point: number, axis: number): number => 4 * Math.cos((point % 3) * 2.1 + axis * 1.6) + 2.4 * (noise(point * 3 + axis) + noise(point * 7 + axis) - 1);

export function fixtureEmbeddings(revision: number, run: string): EmbeddingList {
  return { revision, problems: [], max_upload_bytes: null, embeddings: [{ run, name: "pixels:00000", tag: "pixels", step: 0, points: COUNT, dimensions: 784, has_metadata: true, sprite: null, error: null, version: "1", tensor_path: "pixels/tensors.bytes", metadata_path: "pixels/metadata.tsv", sprite_path: "", bookmarks_path: "", checkpoint_path: "", loaded: false }] };
}

export function fixtureEmbeddingLabels(): EmbeddingMetadata {
  const points = Array.from({ length: COUNT }, (_, point) => point);
  return { problem: null, columns: [{ name: "class", values: points.map((point) => CLASSES[point % 3]!) }, { name: "confidence", values: points.map((point) => noise(point).toFixed(3)) }] };
}

export function fixtureProjection(id: string, after: number): ProjectionProgress {
  const columns = [0, 1, 2].map((axis) => Float32Array.from({ length: COUNT }, (_, point) => place(point, axis)));
  return { id, state: "done", stage: "done", iteration: 0, iterations: null, divergence: null, version: 1, points: COUNT, dimensions: 784, left_out: 0, shares: [0.42, 0.21, 0.08], error: null, seconds: 0.1, columns: after < 1 ? columns : null };
}

export function fixtureNeighbors({ point, count }: NeighborQuery): Neighbor[] {
  const far = (other: number): number => Math.hypot(...[0, 1, 2].map((axis) => place(point, axis) - place(other, axis)));
  const others = Array.from({ length: COUNT }, (_, other) => ({ point: other, distance: far(other) })).filter((one) => one.point !== point);
  return others.sort((a, b) => a.distance - b.distance).slice(0, count);
}
