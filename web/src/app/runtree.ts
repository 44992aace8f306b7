/** Runs as rows of a panel: grouped by folder, or one under the other. */

import type { RunInfo } from "../api/source";
import { withoutShared } from "../lib/runnames";

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

/** The same rows; labels of runs that stand together in one folder leave out the words that all of them have. */
export function shortened(rows: readonly Row[]): Row[] {
  const folders = new Map<string, { at: number; label: string }[]>();
  rows.forEach((row, at) => {
    if (row.kind !== "run") return;
    const folder = `${row.depth} ${row.run.name.slice(0, row.run.name.length - row.label.length)}`;
    const members = folders.get(folder);
    if (members) members.push({ at, label: row.label });
    else folders.set(folder, [{ at, label: row.label }]);
  });
  const labels = new Map<number, string>();
  for (const members of folders.values()) {
    withoutShared(members.map(({ label }) => label)).forEach((label, index) => labels.set(members[index]!.at, label));
  }
  return rows.map((row, at) => (row.kind === "run" ? { ...row, label: labels.get(at) ?? row.label } : row));
}
