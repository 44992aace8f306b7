/** Everything the page can do, by name: for the palette and for the keyboard. */

import type { PageState } from "../state/context";
import { DEFAULTS, type RunSort } from "../state/settings.svelte";
import { keyOfColumn, subjectOf } from "../state/runcolumns";
import { columnName } from "./columntext";
import { SORT_NAMES } from "./sortruns";
import type { ViewEntry } from "./views";

export interface Command {
  id: string;
  title: string;
  /** What kind of thing it is, in the palette's right column. */
  group: string;
  /** Shown as a key cap. */
  keys?: string;
  /** A run's colour. */
  color?: string;
  run: () => void;
}

export interface PageActions {
  share(): void;
  /** Absent where the page is a file of its own already. */
  exportFile?(): void;
  showProblems(): void;
  showKeys(): void;
  showMilestones(): void;
  showSettings(): void;
  focusFilter(): void;
}

export function commandsOf(state: PageState, views: readonly ViewEntry[], actions: PageActions): Command[] {
  const { log, selection, settings, metrics, marks, milestones, hparams, columns, cursor, inspector, url, shell } = state;
  const commands: Command[] = views.map((view, index) => ({
    id: `view ${view.id}`,
    title: view.title,
    group: "View",
    ...(index < 9 ? { keys: String(index + 1) } : {}),
    run: () => void (url.view = view.id),
  }));
  const add = (group: string, title: string, run: () => void, keys?: string): void => {
    // A control of the open view may offer what stands here already.
    if (commands.some((command) => command.group === group && command.title === title)) return;
    commands.push({ id: `${group} ${title}`, title, group, run, ...(keys ? { keys } : {}) });
  };
  add("Page", settings.resolvedTheme === "dark" ? "Light theme" : "Dark theme", () => settings.nextTheme(), "t");
  if (settings.theme !== "system") add("Page", "Theme of the system", () => void (settings.theme = "system"));
  if (state.source.snapshot === undefined) add("Page", "Copy a link to what is shown", () => actions.share());
  if (actions.exportFile) add("Page", "Export as one HTML file", () => actions.exportFile?.());
  add("Page", `${settings.runsPanelOpen ? "Hide" : "Show"} the runs panel`, () => void (settings.runsPanelOpen = !settings.runsPanelOpen), "[");
  add("Page", `${settings.inspectorShown ? "Hide" : "Show"} the inspector`, () => void (settings.inspectorShown = !settings.inspectorShown), "]");
  add("Page", "Follow the latest step", () => cursor.set(null), "End");
  add("Page", "First step", () => cursor.set(cursor.range?.[0] ?? null), "Home");
  add("Page", "Settings", () => actions.showSettings(), ",");
  add("Page", "What could not be read", () => actions.showProblems());
  if (milestones.promised) add("Page", "Milestones: epochs, checkpoints, learning rates, notes", () => actions.showMilestones());
  add("Page", "Keyboard", () => actions.showKeys(), "?");
  if (!log.has("embedding") && state.source.loadEmbedding && state.source.snapshot === undefined) add("Projector", "Show vectors of your own", () => void (url.view = "projector"));
  if (log.has("scalar")) {
    add("Scalars", "X axis: step", () => void (settings.xAxis = "step"));
    add("Scalars", "X axis: relative time", () => void (settings.xAxis = "relative"));
    add("Scalars", "X axis: wall time", () => void (settings.xAxis = "wall"));
    add("Scalars", "X axis: logarithmic or linear", () => void (settings.xScale = settings.xScale === "linear" ? "log" : "linear"));
    add("Scalars", "Smoothing: exponential mean", () => void (settings.smoothingKind = "ema"));
    add("Scalars", "Smoothing: Gaussian mean", () => void (settings.smoothingKind = "gaussian"));
    add("Scalars", "Smoothing: running median", () => void (settings.smoothingKind = "median"));
    add("Scalars", settings.yScale === "log" ? "Linear y axis" : "Logarithmic y axis", () => void (settings.yScale = settings.yScale === "log" ? "linear" : "log"));
    add("Scalars", "Symmetric logarithmic y axis", () => void (settings.yScale = "symlog"));
    add("Scalars", settings.pairTags ? "One chart for each tag" : "Pair train and val", () => void (settings.pairTags = !settings.pairTags));
    add("Scalars", settings.linkZoom ? "Zoom each chart alone" : "Link the zoom of all charts", () => void (settings.linkZoom = !settings.linkZoom));
    add("Scalars", "No smoothing", () => void (settings.smoothing = 0));
    add("Scalars", `Smoothing ${DEFAULTS.smoothing}`, () => void (settings.smoothing = DEFAULTS.smoothing));
  }
  if (inspector.content) add("Page", inspector.pinned ? "Let the inspector follow the pointer" : "Pin what the inspector shows", () => void (inspector.pinned = !inspector.pinned));
  for (const { group, title, run } of shell.offered) add(group, title, run);
  add("Runs", "Filter runs", () => actions.focusFilter(), "/");
  add("Runs", "Show all runs", () => selection.showAll(), "a");
  add("Runs", "Show no run", () => selection.showNone(), "n");
  for (const [sort, label] of Object.entries(SORT_NAMES) as [RunSort, string][]) {
    if (sort === "column") continue;
    add("Runs", `Sort runs: ${label.toLowerCase()}`, () => void (settings.runSort = sort));
  }
  add("Runs", "Let the page choose the runs", () => selection.showAuto());
  add("Runs", settings.groupRuns ? "List the runs one under the other" : "Group the runs by folder", () => void (settings.groupRuns = !settings.groupRuns));
  if (metrics.tag !== null) add("Runs", `Of ${metrics.tag} the ${metrics.lessIsBetter ? "greatest" : "least"} is the best`, () => metrics.flip());
  if (marks.justTrashed.length > 0) add("Runs", "Take the last runs out of the trash", () => marks.restore(marks.justTrashed));
  add("Runs", shell.runsTable ? "Runs as a narrow list" : "Runs as a table", () => void (shell.runsTable = !shell.runsTable), "w");
  for (const key of columns.filters.keys()) {
    const subject = subjectOf(key);
    if (subject) add("Runs", `Take away the filter by ${columnName(subject)}`, () => columns.filter(key, null));
  }
  for (const column of columns.columns) add("Runs", `Sort runs by ${columnName(column)}`, () => columns.toggleSort(column.key));
  for (const name of hparams.names) add("Colour runs by", name, () => void (marks.colorColumn = keyOfColumn({ kind: "hparam", name })));
  if (marks.colorColumn !== "") add("Colour runs by", "the run alone", () => void (marks.colorColumn = ""));
  for (const tag of log.tagsOf("scalar")) add("Metric", tag.tag, () => void (settings.metricTag = tag.tag));
  for (const run of log.runNames) {
    commands.push({
      id: `run ${run}`,
      title: run,
      group: "Run",
      color: selection.color(run),
      run: () => selection.toggleSolo(run),
    });
  }
  return commands;
}

/**
 * Commands that hold every letter of `typed` in order, best first; all of them, in their own order, for an empty one.
 * Letters that stand together and at the beginnings of words count most.
 */
export function findCommands(commands: readonly Command[], typed: string, most = 60): Command[] {
  const wanted = typed.toLowerCase().replace(/\s+/g, "");
  if (wanted === "") return commands.slice(0, most);
  const found: { command: Command; score: number }[] = [];
  for (const command of commands) {
    const score = matchScore(command.title.toLowerCase(), wanted) ?? matchScore(`${command.group} ${command.title}`.toLowerCase(), wanted);
    if (score !== null) found.push({ command, score });
  }
  return found
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ command }) => command);
}

/** Null where not every letter is there. */
export function matchScore(text: string, wanted: string): number | null {
  const whole = text.indexOf(wanted);
  if (whole >= 0) return 1000 - whole - text.length / 100 + (startsWord(text, whole) ? 200 : 0);
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = text.indexOf(letter, at + 1);
    if (next < 0) return null;
    score += next === at + 1 ? 5 : startsWord(text, next) ? 4 : -Math.min(3, (next - at) / 4);
    at = next;
  }
  return score - text.length / 100;
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || /[^a-z0-9]/.test(text[at - 1]!);
}
