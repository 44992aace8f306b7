/** Kinds of data in words. */

import type { Kind } from "../api/source";

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  scalar: "scalars",
  image: "images",
  audio: "audio",
  video: "videos",
  text: "text",
  histogram: "histograms",
  pr_curve: "PR curves",
  hparams: "hyperparameters",
  graph: "graphs",
  mesh: "meshes",
  custom_scalars: "custom scalars",
  predictions: "predictions",
  run_notes: "notes",
  embedding: "embeddings",
  tensor: "tensors",
};
