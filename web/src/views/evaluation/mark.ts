/** What a mark of a chart stands for: which examples are behind it, in words and in a link. */

import type { ExampleFilter } from "../../api/source";

export type Outcome = NonNullable<ExampleFilter["outcome"]>["outcome"];

/** Everything that is given holds; `not` turns a list of classes into all others. */
export interface Mark {
  readonly truth?: ClassSet;
  readonly predicted?: ClassSet;
  readonly correct?: boolean;
  /** Of a class, or of the answer where it is null: above the first, up to the second; infinite at the ends. */
  readonly score?: { readonly of: number | null; readonly above: number; readonly upTo: number };
  readonly outcome?: { readonly of: number; readonly kind: Outcome };
  readonly labelErrors?: boolean;
  readonly id?: string;
}

export interface ClassSet {
  readonly classes: readonly number[];
  readonly not?: boolean;
}

/** How samples are decided: null is the most likely class. */
export interface Decision {
  readonly threshold: number | null;
  readonly positive: number;
}

export const DEFAULT_THRESHOLD = 0.5;
const OUTCOMES: Readonly<Record<string, Outcome>> = { tp: "true_positive", fp: "false_positive", tn: "true_negative", fn: "false_negative" };
const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = { true_positive: "true positives", false_positive: "false positives", true_negative: "true negatives", false_negative: "false negatives" };

const one = (index: number): ClassSet => ({ classes: [index] });

export const cellMark = (truth: ClassSet, predicted: ClassSet): Mark => ({ truth, predicted });
export const classMark = (index: number): Mark => ({ truth: one(index) });

/** The bin `bin` of `count` from 0 to 1; the ends take in what is beyond. */
export function binMark(of: number | null, bin: number, count: number): Mark {
  return { score: { of, above: bin === 0 ? -Infinity : bin / count, upTo: bin === count - 1 ? Infinity : (bin + 1) / count } };
}

/** As the server wants it. */
export function filterOf(mark: Mark, decision: Decision, classCount: number): ExampleFilter {
  const list = ({ classes, not }: ClassSet) => (not ? Array.from({ length: classCount }, (_, index) => index).filter((index) => !classes.includes(index)) : [...classes]);
  const filter: ExampleFilter = {};
  if (mark.truth) filter.true_classes = list(mark.truth);
  if (mark.predicted) filter.predicted_classes = list(mark.predicted);
  if (mark.correct !== undefined) filter.correct = mark.correct;
  if ((mark.predicted || mark.correct !== undefined) && decision.threshold !== null) Object.assign(filter, decision);
  if (mark.score) {
    const { of, above, upTo } = mark.score;
    filter.score = { class_index: of, ...(above === -Infinity ? {} : { above }), ...(upTo === Infinity ? {} : { up_to: upTo }) };
  }
  if (mark.outcome) filter.outcome = { class_index: mark.outcome.of, threshold: decision.threshold ?? DEFAULT_THRESHOLD, outcome: mark.outcome.kind };
  if (mark.labelErrors) filter.label_errors = true;
  if (mark.id !== undefined) filter.id = mark.id;
  return filter;
}

/** In a link: tokens with commas between them, an id last. */
export function writeMark(mark: Mark | null): string {
  if (!mark) return "";
  const set = ({ classes, not }: ClassSet) => `${not ? "!" : ""}${classes.join("+")}`;
  const bound = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(8))) : "");
  return [
    ...(mark.truth ? [`t${set(mark.truth)}`] : []),
    ...(mark.predicted ? [`p${set(mark.predicted)}`] : []),
    ...(mark.correct === undefined ? [] : [mark.correct ? "right" : "wrong"]),
    ...(mark.score ? [`s${mark.score.of ?? ""}:${bound(mark.score.above)}:${bound(mark.score.upTo)}`] : []),
    ...(mark.outcome ? [`${Object.keys(OUTCOMES).find((key) => OUTCOMES[key] === mark.outcome?.kind)}${mark.outcome.of}`] : []),
    ...(mark.labelErrors ? ["labels"] : []),
    ...(mark.id === undefined ? [] : [`id=${mark.id}`]),
  ].join(",") || "all";
}

/** Null for an empty text; what cannot be read of a link is left out. */
export function readMark(text: string): Mark | null {
  if (text === "") return null;
  let mark: Mark = {};
  const begins = text.startsWith("id=") ? 0 : text.indexOf(",id=");
  if (begins >= 0) mark = { id: text.slice(begins + (begins === 0 ? 3 : 4)) };
  for (const token of (begins >= 0 ? text.slice(0, begins) : text).split(",")) {
    const classes = /^([tp])(!?)((?:-1|\d+)(?:\+(?:-1|\d+))*)$/.exec(token);
    const score = /^s(\d*):(-?[\d.e-]*):(-?[\d.e-]*)$/.exec(token);
    const outcome = /^(tp|fp|tn|fn)(\d+)$/.exec(token);
    if (classes) {
      const set: ClassSet = { classes: classes[3]!.split("+").map(Number), ...(classes[2] ? { not: true } : {}) };
      mark = classes[1] === "t" ? { ...mark, truth: set } : { ...mark, predicted: set };
    } else if (score) {
      const number = (part: string, none: number) => (part === "" || Number.isNaN(Number(part)) ? none : Number(part));
      mark = { ...mark, score: { of: score[1] === "" ? null : Number(score[1]), above: number(score[2]!, -Infinity), upTo: number(score[3]!, Infinity) } };
    } else if (outcome) mark = { ...mark, outcome: { of: Number(outcome[2]), kind: OUTCOMES[outcome[1]!]! } };
    else if (token === "right" || token === "wrong") mark = { ...mark, correct: token === "right" };
    else if (token === "labels") mark = { ...mark, labelErrors: true };
  }
  return mark;
}

/** "お predicted as ま", "score of お from 0.2 to 0.4", ... */
export function describeMark(mark: Mark, names: readonly string[]): string {
  const name = (index: number) => (index < 0 ? "nothing" : (names[index] ?? String(index)));
  const set = ({ classes, not }: ClassSet) => (not ? "another class" : classes.map(name).join(" or "));
  const bound = (value: number) => String(Number(value.toPrecision(3)));
  const words: string[] = [];
  if (mark.truth && mark.predicted) {
    const right = mark.truth.classes.length === 1 && mark.predicted.classes.length === 1 && mark.truth.classes[0] === mark.predicted.classes[0] && !mark.truth.not && !mark.predicted.not;
    words.push(right ? `${set(mark.truth)} found` : `${set(mark.truth)} taken for ${set(mark.predicted)}`);
  } else if (mark.truth) words.push(mark.truth.classes[0] === -1 ? "no known class" : set(mark.truth));
  else if (mark.predicted) words.push(`taken for ${set(mark.predicted)}`);
  if (mark.correct !== undefined) words.push(mark.correct ? "right" : "wrong");
  if (mark.score) {
    const { of, above, upTo } = mark.score;
    const from = above === -Infinity ? "" : ` above ${bound(above)}`;
    const to = upTo === Infinity ? "" : ` up to ${bound(upTo)}`;
    words.push(`${of === null ? "probability" : `probability of ${name(of)}`}${from}${to}`);
  }
  if (mark.outcome) words.push(`${OUTCOME_NAMES[mark.outcome.kind]} of ${name(mark.outcome.of)}`);
  if (mark.labelErrors) words.push("likely label errors");
  if (mark.id !== undefined) words.push(`#${mark.id}`);
  return words.length > 0 ? words.join(", ") : "all samples";
}
