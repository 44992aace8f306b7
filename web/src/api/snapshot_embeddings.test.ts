import { describe, expect, it } from "vitest";
import { layoutFor, layoutsInWords, nearestRows, type RecordedLayout } from "./snapshot_embeddings";
import { readVectors } from "./vectors";

const ref = { run: "a", name: "e:1" };
const layout = (id: string, question: Partial<RecordedLayout["question"]>): RecordedLayout => ({ id, question: { ...ref, algorithm: "pca", sphereize: false, ...question } });
const recorded = [
  layout("pca", {}),
  layout("tsne", { algorithm: "tsne", dimensions: 2, perplexity: 30, learning_rate: null, iterations: 750, follows: "x" }),
  layout("sphere", { sphereize: true }),
  layout("umap", { algorithm: "umap", dimensions: 3, neighbors: 15, min_dist: 0.1, metric: "cosine", supervise: null }),
];

describe("layouts in a file", () => {
  it("are found by what makes them, not by what they began with", () => {
    const found = (more: Partial<RecordedLayout["question"]>) => layoutFor(recorded, { ...ref, algorithm: "pca", ...more })?.id;
    expect(found({})).toBe("pca");
    expect(found({ sphereize: true })).toBe("sphere");
    expect(found({ algorithm: "tsne", dimensions: 2, perplexity: 30, learning_rate: null, iterations: 750 })).toBe("tsne");
    // It ran on.
    expect(found({ algorithm: "tsne", dimensions: 2, perplexity: 30, learning_rate: null, iterations: 500 })).toBe("tsne");
    expect(found({ algorithm: "tsne", dimensions: 3, perplexity: 30, learning_rate: null, iterations: 750 })).toBeUndefined();
    expect(found({ algorithm: "umap", dimensions: 3, neighbors: 15, min_dist: 0.1, metric: "cosine", supervise: null })).toBe("umap");
    expect(found({ algorithm: "umap", dimensions: 3, neighbors: 9, min_dist: 0.1, metric: "cosine", supervise: null })).toBeUndefined();
    expect(layoutFor(recorded, { run: "b", name: "e:1", algorithm: "pca" })).toBeUndefined();
  });
  it("are named where another was asked for", () => {
    expect(layoutsInWords(recorded, { ...ref, algorithm: "custom" })).toBe("A saved page holds the layouts that were there when it was made: PCA, t-SNE in 2-D with perplexity 30, PCA of sphereized vectors, UMAP in 3-D of 15 neighbours.");
    expect(layoutsInWords([], { ...ref, algorithm: "pca" })).toContain("no layout of this embedding");
  });
});

/** As NumPy writes it. */
function npy(rows: readonly number[][], text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows.length}, ${rows[0]!.length}), }`): ArrayBuffer {
  const padded = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  const values = Float32Array.from(rows.flat());
  const file = new Uint8Array(10 + padded.length + values.byteLength);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length, 0]);
  file.set(new TextEncoder().encode(padded), 10);
  file.set(new Uint8Array(values.buffer), 10 + padded.length);
  return file.buffer;
}

describe("vectors in a file", () => {
  const vectors = readVectors(npy([[1, 0], [2, 0.1], [0, 1], [-1, 0], [NaN, 0], [0, 0]]));
  const near = (more: object) => nearestRows(vectors, { point: 0, count: 3, metric: "cosine", sphereize: false, ...more }).map(({ point, distance }) => [point, Math.round(distance * 1000) / 1000]);
  it("are read as they were written", () => {
    expect([vectors.rows, vectors.dimensions]).toEqual([6, 2]);
    expect(vectors.values[3]).toBeCloseTo(0.1);
    expect(() => readVectors(npy([[1, 2]], "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }"))).toThrow("another form");
  });
  it("have neighbours as the server finds them: none that is not finite, no direction at a right angle", () => {
    expect(near({})).toEqual([[1, 0.001], [2, 1], [5, 1]]);
    expect(near({ metric: "euclidean" })).toEqual([[5, 1], [1, 1.005], [2, 1.414]]);
    expect(near({ count: 1, sphereize: true })[0]![0]).toBe(1);
  });
});
