/** Runs as rows of a panel: grouped by folder, or one under the other. */

import type { RunInfo } from "../api/source";

export interface GroupRow {
  kind: "group";
  /** Path of the folder; unique among groups. */
  path: string;
  /** The part of the path that is below the group it stands in. */
  label: string;
  depth: number;
  open: boolean;
  /** Names of all runs below, at any depth. */
  runs: readonly string[];
}

export interface RunRow {
  kind: "run";
  run: RunInfo;
  label: string;
  depth: number;
}

export type Row = GroupRow | RunRow;

interface Folder {
  path: string;
  folders: Map<string, Folder>;
  entries: (RunInfo | Folder)[];
}

/** `closed` holds the paths of groups that are closed. Order is that of the runs. A folder with one run is no group. */
export function rowsOf(runs: readonly RunInfo[], closed: ReadonlySet<string>, rootLabel: string): Row[] {
  const root: Folder = { path: "", folders: new Map(), entries: [] };
  for (const run of runs) {
    let folder = root;
    const parts = run.name.split("/");
    for (const part of parts.slice(0, -1)) folder = folderIn(folder, part);
    folder.entries.push(run);
  }
  const rows: Row[] = [];
  addRows(root, "", 0, closed, rootLabel, rows);
  return rows;
}

export function flatRowsOf(runs: readonly RunInfo[], rootLabel: string): Row[] {
  return runs.map((run) => ({ kind: "run", run, label: labelOf(run.name, "", rootLabel), depth: 0 }));
}

function folderIn(folder: Folder, part: string): Folder {
  let inner = folder.folders.get(part);
  if (!inner) {
    inner = { path: folder.path ? `${folder.path}/${part}` : part, folders: new Map(), entries: [] };
    folder.folders.set(part, inner);
    folder.entries.push(inner);
  }
  return inner;
}

function addRows(
  folder: Folder,
  above: string,
  depth: number,
  closed: ReadonlySet<string>,
  rootLabel: string,
  rows: Row[],
): void {
  for (const entry of folder.entries) {
    if (!("entries" in entry)) {
      rows.push({ kind: "run", run: entry, label: labelOf(entry.name, above, rootLabel), depth });
      continue;
    }
    // A chain of folders that hold nothing but one folder is one group.
    let inner = entry;
    while (inner.entries.length === 1 && "entries" in inner.entries[0]!) inner = inner.entries[0];
    const runs = namesIn(inner);
    if (runs.length === 1) {
      addRows(inner, above, depth, closed, rootLabel, rows);
      continue;
    }
    const open = !closed.has(inner.path);
    rows.push({ kind: "group", path: inner.path, label: labelOf(inner.path, above, rootLabel), depth, open, runs });
    if (open) addRows(inner, inner.path, depth + 1, closed, rootLabel, rows);
  }
}

function namesIn(folder: Folder): string[] {
  return folder.entries.flatMap((entry) => ("entries" in entry ? namesIn(entry) : [entry.name]));
}

function labelOf(path: string, above: string, rootLabel: string): string {
  if (path === ".") return rootLabel;
  return above && path.startsWith(`${above}/`) ? path.slice(above.length + 1) : path;
}

/** The folder that all names are in, with its slash; empty where there is none. */
export function commonFolder(names: readonly string[]): string {
  const [first = "", ...others] = names;
  let folder = first.slice(0, first.lastIndexOf("/") + 1);
  while (folder && !others.every((name) => name.startsWith(folder))) {
    folder = folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
  }
  return folder;
}

const LONGEST_WHOLE = 18;
const SHORTEST_TAIL = 4;
const LONGEST_TAIL = 11;

/** Splits a long name so that its end, which often tells runs apart, survives when the middle is cut. */
export function splitLabel(label: string): [head: string, tail: string] {
  if (label.length <= LONGEST_WHOLE) return [label, ""];
  // The end begins at a word where one begins in reach, so that "seed=28" stays whole.
  const word = /[\s,;_/-][^\s,;_/-]*$/.exec(label);
  const length = word ? label.length - word.index : 0;
  const tail = length >= SHORTEST_TAIL && length <= LONGEST_TAIL ? length : SHORTEST_TAIL * 2;
  return [label.slice(0, -tail), label.slice(-tail)];
}
