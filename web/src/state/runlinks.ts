/** Ways from a run to what else there is of it: the views that have data of it, each opened with that run alone shown. */

import type { PageState } from "./context";
import type { InspectorLinks } from "./inspector.svelte";

export interface RunLink {
  readonly view: string;
  readonly title: string;
  readonly open: () => void;
}

type Parts = Pick<PageState, "log" | "selection" | "shell" | "url">;

/** In the order of the views, without the one that is open. The step stays where it is. */
export function runLinks({ log, selection, shell, url }: Parts, run: string): readonly RunLink[] {
  const kinds = log.kindsOf(run);
  return shell.views
    .filter((view) => view.id !== url.view && view.kinds.some((kind) => kinds.has(kind)))
    .map((view) => ({
      view: view.id,
      title: view.title,
      open: () => {
        selection.solo = run;
        url.view = view.id;
      },
    }));
}

/** The same for the inspector; nothing where there is no other view of the run. */
export function runLinksSection(parts: Parts, run: string, title = "This run in"): readonly InspectorLinks[] {
  const links = runLinks(parts, run);
  return links.length === 0 ? [] : [{ kind: "links", title, links: links.map(({ title: label, open }) => ({ label, run: open })) }];
}
