/** What happened along a run, read out of what it logged: epochs that began, checkpoints, changes of the learning rate, notes. */

import { formatCount, formatQuantity, formatValue } from "../lib/format";
import { nameScore } from "./metric";

export const MILESTONE_KINDS = ["epoch", "checkpoint", "rate", "note"] as const;
export type MilestoneKind = (typeof MILESTONE_KINDS)[number];
export const MILESTONE_NAMES: Readonly<Record<MilestoneKind, string>> = { epoch: "Epochs", checkpoint: "Checkpoints", rate: "Learning-rate changes", note: "Notes" };

export interface Milestone {
  readonly kind: MilestoneKind;
  readonly step: number;
  /** In words: "epoch 3", "lr 0.1 → 0.01". */
  readonly text: string;
  /** Every run in which it happened at this step. */
  readonly runs: readonly string[];
}

/** What one series says, or why it marks nothing. */
export interface Reading {
  readonly milestones: readonly Milestone[];
  readonly reason: string | null;
}

/** More of one kind in one run are a curve, not marks. */
export const MOST_OF_A_KIND = 400;
const MOST_RATE_CHANGES = 40;
/** So many equal values before or after a change make it a step, not a slope. */
const PLATEAU = 3;

const EPOCH = /^(current_?|global_?)?epochs?(_?(num|number|idx|index))?$/i;
const RATE = /(^|[^a-z])(lr|learning[ _-]?rate)([^a-z]|$)/i;
const CHECKPOINT = /(^|[^a-z])(checkpoints?|ckpts?)([^a-z]|$)/i;

/** What a scalar's name promises; null where it is a quantity like any other. */
export function milestoneKind(tag: string): "epoch" | "checkpoint" | "rate" | null {
  const last = tag.split("/").pop() ?? tag;
  // `loss/epoch` is a loss for each epoch, not the epoch.
  if (EPOCH.test(last) && nameScore(tag) === 0) return "epoch";
  if (CHECKPOINT.test(tag)) return "checkpoint";
  return RATE.test(tag) && nameScore(tag) === 0 ? "rate" : null;
}

interface Points {
  readonly run: string;
  readonly tag: string;
  /** Ascending, as long as the values. */
  readonly step: ArrayLike<number>;
  readonly value: ArrayLike<number>;
}

const NOTHING: Reading = { milestones: [], reason: null };

/** Where the whole part of an epoch counter grows. A counter that falls, or stands beyond reason, counts no epochs. */
export function epochsOf({ run, tag, step, value }: Points): Reading {
  const milestones: Milestone[] = [];
  for (let index = 0; index < step.length; index += 1) {
    const [now, before] = [value[index] as number, index > 0 ? (value[index - 1] as number) : -Infinity];
    if (now < before) return { milestones: [], reason: `${tag} of ${run} falls at step ${formatCount(step[index] as number)}: it counts no epochs` };
    const epoch = Math.floor(now + 1e-9);
    if (index > 0 && epoch > Math.floor(before + 1e-9)) milestones.push({ kind: "epoch", step: step[index] as number, text: `epoch ${formatCount(epoch)}`, runs: [run] });
  }
  // Logged once an epoch, every point is one.
  if (milestones.length > MOST_OF_A_KIND) return { milestones: [], reason: `${tag} of ${run} counts ${formatQuantity(milestones.length, "epoch")}: too many to mark` };
  return { milestones, reason: null };
}

const sameRate = (a: number, b: number) => Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));

/** Where the rate leaves a plateau or reaches one; a schedule that changes with every point has no such places. */
export function ratesOf({ run, tag, step, value }: Points): Reading {
  const count = step.length;
  if (count < 2) return NOTHING;
  // At each point, how many equal ones end there, and how many begin there.
  const [ending, beginning] = [new Uint32Array(count), new Uint32Array(count)];
  const same = (index: number) => sameRate(value[index] as number, value[index - 1] as number);
  let changes = 0;
  for (let index = 0; index < count; index += 1) ending[index] = index > 0 && same(index) ? (ending[index - 1] as number) + 1 : 1;
  for (let index = count - 1; index >= 0; index -= 1) beginning[index] = index < count - 1 && same(index + 1) ? (beginning[index + 1] as number) + 1 : 1;
  const milestones: Milestone[] = [];
  for (let index = 1; index < count; index += 1) {
    if (same(index)) continue;
    changes += 1;
    if ((ending[index - 1] as number) < PLATEAU && (beginning[index] as number) < PLATEAU) continue;
    milestones.push({ kind: "rate", step: step[index] as number, text: `${tag} ${formatValue(value[index - 1] as number, 3)} → ${formatValue(value[index] as number, 3)}`, runs: [run] });
  }
  if (milestones.length > MOST_RATE_CHANGES) return { milestones: [], reason: `${tag} of ${run} changes in ${formatQuantity(milestones.length, "step")}: too many to mark` };
  if (milestones.length === 0 && changes > 0) return { milestones: [], reason: `${tag} of ${run} changes all along: no single step of it stands out` };
  return { milestones, reason: null };
}

/** Every point under such a name is one. */
export function checkpointsOf({ run, tag, step, value }: Points): Reading {
  if (step.length > MOST_OF_A_KIND) return { milestones: [], reason: `${tag} of ${run} was logged ${formatCount(step.length)} times: too many to mark` };
  // What torch's writer adds to the tags of texts says nothing.
  const name = tag.replace(/\/text_summary$/, "");
  const milestones = Array.from(step, (at, index): Milestone => {
    const logged = value[index];
    return { kind: "checkpoint", step: at, text: logged === undefined ? name : `${name} ${formatValue(logged)}`, runs: [run] };
  });
  return { milestones, reason: null };
}

/** What happened at the same step in several runs is one milestone; in order of step. */
export function mergedRuns(milestones: readonly Milestone[]): readonly Milestone[] {
  const byKey = new Map<string, Milestone>();
  for (const one of milestones) {
    const key = `${one.step} ${one.kind} ${one.text}`;
    const there = byKey.get(key);
    byKey.set(key, there ? { ...there, runs: [...new Set([...there.runs, ...one.runs])] } : one);
  }
  return [...byKey.values()].sort((a, b) => a.step - b.step || MILESTONE_KINDS.indexOf(a.kind) - MILESTONE_KINDS.indexOf(b.kind));
}

/** Marks that stand where they do not hide one another. */
export interface Mark {
  readonly at: number;
  readonly milestones: readonly Milestone[];
}

/** Puts milestones that lie nearer than `gap` to the first of them into one mark; `place` says where one lies, ascending with its step or NaN for nowhere. */
export function marksOf(milestones: readonly Milestone[], place: (milestone: Milestone) => number, gap: number): readonly Mark[] {
  const placed = milestones.map((milestone) => ({ at: place(milestone), milestone })).filter(({ at }) => Number.isFinite(at)).sort((a, b) => a.at - b.at);
  const marks: { at: number; milestones: Milestone[] }[] = [];
  for (const { at, milestone } of placed) {
    const last = marks.at(-1);
    if (last && at - last.at < gap) last.milestones.push(milestone);
    else marks.push({ at, milestones: [milestone] });
  }
  return marks;
}

const MOST_WORDS = 4;

/** A mark in words, a line for each of the first; runs are named where not all of `runCount` have it. */
export function markText({ milestones }: Pick<Mark, "milestones">, runCount: number): string {
  const lines = milestones.slice(0, MOST_WORDS).map(({ text, step, runs }) => {
    const of = runs.length >= runCount ? "" : runs.length > 2 ? `, ${formatQuantity(runs.length, "run")}` : `, ${runs.join(" and ")}`;
    return `${text} at step ${formatCount(step)}${of}`;
  });
  const more = milestones.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${formatCount(more)} more`] : [])].join("\n");
}

/** `hidden` as the settings keep it: names of kinds with commas between. */
export function hiddenKinds(text: string): ReadonlySet<string> {
  return new Set(text.split(",").filter((kind) => (MILESTONE_KINDS as readonly string[]).includes(kind)));
}

export function writeHidden(hidden: ReadonlySet<string>): string {
  return MILESTONE_KINDS.filter((kind) => hidden.has(kind)).join(",");
}
