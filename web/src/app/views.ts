/** The views of the page in the order of a pipeline. A view appears when the log has data of one of its kinds. */

import type { Component } from "svelte";
import type { Kind } from "../api/source";
import { KIND_NAMES } from "../state/kinds";

/** Hairlines in the bar part the stages. */
export type Stage = "start" | "training" | "model" | "evaluation" | "comparison" | "findings";

export interface ViewEntry {
  id: string;
  title: string;
  stage: Stage;
  /** Any of these makes the view appear; one without appears with the first of the others. */
  kinds: readonly Kind[];
  /** It tells for itself what the inspector would: the panel gives its room to it. */
  wide?: boolean;
  load: () => Promise<{ default: Component }>;
}

export const VIEWS: readonly ViewEntry[] = [
  {
    id: "overview",
    title: "Overview",
    stage: "start",
    kinds: [],
    wide: true,
    load: () => import("../views/overview/OverviewView.svelte"),
  },
  {
    id: "scalars",
    title: "Scalars",
    stage: "training",
    kinds: ["scalar"],
    load: () => import("../views/scalars/ScalarsView.svelte"),
  },
  {
    id: "custom_scalars",
    title: "Custom Scalars",
    stage: "training",
    kinds: ["custom_scalars"],
    load: () => import("../views/scalars/CustomScalarsView.svelte"),
  },
  {
    id: "images",
    title: "Images",
    stage: "training",
    kinds: ["image"],
    load: () => import("../views/images/ImagesView.svelte"),
  },
  {
    id: "audio",
    title: "Audio",
    stage: "training",
    kinds: ["audio"],
    load: () => import("../views/audio/AudioView.svelte"),
  },
  {
    id: "video",
    title: "Video",
    stage: "training",
    kinds: ["video"],
    load: () => import("../views/video/VideoView.svelte"),
  },
  {
    id: "text",
    title: "Text",
    stage: "training",
    kinds: ["text"],
    load: () => import("../views/text/TextView.svelte"),
  },
  {
    id: "mesh",
    title: "Mesh",
    stage: "training",
    kinds: ["mesh"],
    load: () => import("../views/mesh/MeshView.svelte"),
  },
  {
    id: "graphs",
    title: "Graphs",
    stage: "model",
    kinds: ["graph"],
    load: () => import("../views/graphs/GraphsView.svelte"),
  },
  {
    id: "distributions",
    title: "Distributions",
    stage: "model",
    kinds: ["histogram"],
    load: () => import("../views/histograms/DistributionsView.svelte"),
  },
  {
    id: "histograms",
    title: "Histograms",
    stage: "model",
    kinds: ["histogram"],
    load: () => import("../views/histograms/HistogramsView.svelte"),
  },
  {
    id: "pr_curves",
    title: "PR Curves",
    stage: "evaluation",
    kinds: ["pr_curve"],
    load: () => import("../views/pr_curves/PrCurvesView.svelte"),
  },
  {
    id: "evaluation",
    title: "Evaluation",
    stage: "evaluation",
    kinds: ["predictions"],
    load: () => import("../views/evaluation/EvaluationView.svelte"),
  },
  {
    id: "hparams",
    title: "HParams",
    stage: "comparison",
    kinds: ["hparams"],
    load: () => import("../views/hparams/HParamsView.svelte"),
  },
  {
    id: "projector",
    title: "Projector",
    stage: "comparison",
    kinds: ["embedding"],
    wide: true,
    load: () => import("../views/projector/ProjectorView.svelte"),
  },
];

const components = new Map<ViewEntry, Component>();

/** The component of a view that was fetched before; null where it has to be. */
export function componentOf(entry: ViewEntry): Component | null {
  return components.get(entry) ?? null;
}

export async function fetchComponent(entry: ViewEntry): Promise<Component> {
  const { default: component } = await entry.load();
  components.set(entry, component);
  return component;
}

/** In the runs panel. */
const SHOWN_ELSEWHERE: readonly Kind[] = ["run_notes"];

export { KIND_NAMES };

/** Views that have something to show, in order. */
export function viewsFor(has: (kind: Kind) => boolean): ViewEntry[] {
  if (!VIEWS.some((view) => view.kinds.some(has))) return [];
  return VIEWS.filter((view) => view.kinds.length === 0 || view.kinds.some(has));
}

/** The first where none is asked for; the one asked for where it has data, else the first that shows data; null where none has. */
export function viewToShow(views: readonly ViewEntry[], id: string | null): ViewEntry | null {
  if (id === null) return views[0] ?? null;
  return views.find((view) => view.id === id) ?? views.find((view) => view.kinds.length > 0) ?? null;
}

/** Whether the log has data for it or not. */
export function viewNamed(id: string | null): ViewEntry | null {
  return VIEWS.find((view) => view.id === id) ?? null;
}

/** What the log holds that no view of this version draws, in words. */
export function undrawn(kinds: readonly Kind[]): string[] {
  const drawn = new Set<Kind>([...VIEWS.flatMap((view) => view.kinds), ...SHOWN_ELSEWHERE]);
  return kinds.filter((kind) => !drawn.has(kind)).map((kind) => KIND_NAMES[kind]);
}
