/** Ways from a run, or from a step, to what else there is of it: the views that have data, each opened with what was met. */

import type { Kind } from "../api/source";
import type { PageState } from "./context";
import type { InspectorLinks } from "./inspector.svelte";

export interface RunLink {
  readonly view: string;
  readonly title: string;
  readonly open: () => void;
}

type Parts = Pick<PageState, "cursor" | "log" | "selection" | "shell" | "url">;

/** Kinds that say what a point of a curve was about: samples at a step. */
const SAMPLED: readonly Kind[] = ["image", "audio", "video", "text", "histogram", "mesh", "pr_curve", "predictions", "embedding"];

/** With the run alone shown, in the order of the views, without the one that is open. The step stays where it is, or becomes `step`. */
export function runLinks({ cursor, log, selection, shell, url }: Parts, run: string, step: number | null = null): readonly RunLink[] {
  const kinds = log.kindsOf(run);
  return shell.views
    .filter((view) => view.id !== url.view && view.kinds.some((kind) => kinds.has(kind)))
    .map((view) => ({
      view: view.id,
      title: view.title,
      open: () => {
        selection.solo = run;
        if (step !== null) cursor.set(step);
        url.view = view.id;
      },
    }));
}

/** The same for the inspector; nothing where there is no other view of the run. */
export function runLinksSection(parts: Parts, run: string, { title = "This run in", step = null }: { title?: string; step?: number | null } = {}): readonly InspectorLinks[] {
  return section(title, runLinks(parts, run, step));
}

/** From a step of a curve to the samples of the runs there, at that step; the runs that are shown stay. */
export function stepLinksSection({ cursor, log, shell, url }: Parts, runs: readonly string[], step: number): readonly InspectorLinks[] {
  const kinds = new Set(runs.flatMap((run) => [...log.kindsOf(run)]));
  const views = shell.views.filter((view) => view.id !== url.view && view.kinds.some((kind) => SAMPLED.includes(kind) && kinds.has(kind)));
  const open = (view: string) => () => {
    cursor.set(step);
    url.view = view;
  };
  return section("This step in", views.map(({ id, title }) => ({ view: id, title, open: open(id) })));
}

function section(title: string, links: readonly RunLink[]): readonly InspectorLinks[] {
  return links.length === 0 ? [] : [{ kind: "links", title, links: links.map(({ title: label, open }) => ({ label, run: open })) }];
}
