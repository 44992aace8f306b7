/** Where a histogram leads: to the other views of its run at its step, and in the graph to the module that its tag names. */

import type { PageState } from "../../state/context";
import type { InspectorLinks } from "../../state/inspector.svelte";
import { runLinks } from "../../state/runlinks";

export function waysFrom(page: PageState, run: string, tag: string, step: number): readonly InspectorLinks[] {
  const links = runLinks(page, run, step).map(({ view, title, open }) =>
    view !== "graphs"
      ? { label: title, run: open }
      : {
          label: "Its module in Graphs",
          run: () => {
            page.url.setParam("graph", JSON.stringify({ run, parameter: tag }));
            open();
          },
        },
  );
  return links.length === 0 ? [] : [{ kind: "links", title: "This run in", links }];
}
