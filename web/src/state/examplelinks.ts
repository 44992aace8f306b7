/** Ways into Evaluation: to one sample, and to those of a class. */

import type { ExampleSource } from "../api/source";
import type { PageState } from "./context";

type Parts = Pick<PageState, "cursor" | "selection" | "shell" | "url">;

/** The view of predictions with the run and the step of the source; `mark` says what is listed there, `row` which sample is open. */
function open({ cursor, selection, shell, url }: Parts, source: ExampleSource, mark: string, row: number | null): void {
  const view = shell.viewOf("predictions");
  if (view === null) return;
  if (!selection.isShown(source.run)) selection.solo = source.run;
  cursor.set(source.step);
  for (const name of ["ev_with", "ev_first", "ev_of"]) url.setParam(name, "");
  url.setParam("ev_run", source.run);
  url.setParam("ev_tag", source.tag);
  url.setParam("ev_mark", mark);
  url.setParam("ev_row", row === null ? "" : String(row));
  url.view = view.id;
}

export function openSample(page: Parts, source: ExampleSource, point: number): void {
  open(page, source, `id=${source.ids[point]}`, source.rows[point]!);
}

/** Of the class of this name, the most wrong first. */
export function openClass(page: Parts, source: ExampleSource, name: string): void {
  open(page, source, `t${source.class_names.indexOf(name)}`, null);
}
