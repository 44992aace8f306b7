/** The state of the page: one of each, made by the app, handed down to every component. */

import { getContext, setContext } from "svelte";
import type { DataSource } from "../api/source";
import { KeptBookmarks } from "./bookmarks.svelte";
import { RunColumns } from "./columns.svelte";
import { StepCursor } from "./cursor.svelte";
import { RunHParams } from "./hparams.svelte";
import { Inspector } from "./inspector.svelte";
import { KeptLayouts } from "./layouts.svelte";
import { LogState } from "./log.svelte";
import { RunMarks } from "./marks.svelte";
import { RunMetrics } from "./metric.svelte";
import { RunMilestones } from "./milestones.svelte";
import { RunNotesState } from "./runnotes.svelte";
import { RunSelection } from "./selection.svelte";
import { Settings } from "./settings.svelte";
import { Shell } from "./shell.svelte";
import { PageUrl } from "./url.svelte";

export interface PageState {
  source: DataSource;
  log: LogState;
  marks: RunMarks;
  notes: RunNotesState;
  milestones: RunMilestones;
  layouts: KeptLayouts;
  bookmarks: KeptBookmarks;
  selection: RunSelection;
  settings: Settings;
  metrics: RunMetrics;
  hparams: RunHParams;
  columns: RunColumns;
  cursor: StepCursor;
  inspector: Inspector;
  url: PageUrl;
  shell: Shell;
}

const KEY = Symbol("glassboard");

export function createState(source: DataSource, storage: Storage | null): PageState {
  const settings = new Settings(storage);
  const log = new LogState(source);
  const marks = new RunMarks(log, storage);
  const notes = new RunNotesState(log);
  const layouts = new KeptLayouts(log, storage, globalThis.location?.search ?? "");
  const bookmarks = new KeptBookmarks(log, storage);
  const selection = new RunSelection(log, settings, marks, notes);
  const milestones = new RunMilestones(log, selection, settings, notes);
  const cursor = new StepCursor();
  const metrics = new RunMetrics(log, settings);
  const hparams = new RunHParams(log);
  const url = new PageUrl(settings, selection, cursor);
  const columns = new RunColumns(log, hparams, settings, url);
  return { source, log, marks, notes, milestones, layouts, bookmarks, selection, settings, metrics, hparams, columns, cursor, inspector: new Inspector(), url, shell: new Shell() };
}

export function provideState(state: PageState): PageState {
  return setContext(KEY, state);
}

/** Call while a component is being made. */
export function useState(): PageState {
  const state = getContext<PageState | undefined>(KEY);
  if (!state) throw new Error("useState() was called outside of the page");
  return state;
}
