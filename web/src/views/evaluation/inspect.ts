/** The examples behind a mark, and one of them by itself, as the inspector shows them. */

import type { ExampleItem } from "../../api/source";
import { formatCount, formatValue } from "../../lib/format";
import type { InspectorContent, InspectorExamples, InspectorSection } from "../../state/inspector.svelte";
import { runLinksSection } from "../../state/runlinks";
import { PAGE, type EvaluationBoard } from "./board.svelte";
import type { Order } from "./choice.svelte";
import { describeMark } from "./mark";

const ORDERS: readonly { value: Order; label: string }[] = [{ value: "wrongest", label: "Most wrong first" }, { value: "surest", label: "Least wrong first" }, { value: "row", label: "By row" }];

/** A probability as people write it: what rounds to 0 or 1 but is not keeps its digits. */
export function score(value: number | string | null): string {
  if (value === null) return "none";
  const number = Number(value);
  if (!Number.isFinite(number) || number === 0 || number === 1) return formatValue(number);
  if (number >= 0.995 && number < 1) return number > 0.99995 ? "> 0.9999" : number.toFixed(4);
  return formatValue(number, number < 0.01 ? 2 : 3);
}

export function exampleLines(example: ExampleItem, names: readonly string[]): readonly { readonly name: string; readonly value: string; readonly hint: string }[] {
  const name = (index: number) => names[index] ?? String(index);
  const answer = example.predicted === null ? { name: "no answer", value: "NaN", hint: "Every probability is NaN" } : { name: name(example.predicted), value: score(example.score), hint: `predicted ${name(example.predicted)}` };
  if (example.target === null) return [answer, { name: "not known", value: "", hint: "The true class was not logged" }];
  return [answer, { name: name(example.target), value: score(example.true_score), hint: `true class ${name(example.target)}` }];
}

const isWrong = (example: ExampleItem) => example.target !== null && example.target !== example.predicted;

function alternative(example: ExampleItem, names: readonly string[]): string {
  const [answer, truth] = exampleLines(example, names);
  return `Sample ${example.id}: ${isWrong(example) ? `${truth?.name} taken for ${answer?.name}` : `${answer?.name}`}`;
}

export function inspected(board: EvaluationBoard): InspectorContent | null {
  const { mark, examples, names, page } = board;
  if (!mark) return null;
  if (board.examplesError !== null) return { title: describeMark(mark, names), sections: [{ kind: "note", text: board.examplesError, bad: true }] };
  if (!examples) return { title: describeMark(mark, names), note: "…", sections: [] };
  const { url } = page;
  return {
    title: describeMark(mark, names),
    note: formatCount(examples.total),
    back: board.chosen ? { label: "Back to the examples", run: () => url.setParam("ev_row", "") } : undefined,
    sections: [
      ...(board.chosen ? single(board, board.chosen) : []),
      {
        kind: "examples",
        title: mark.labelErrors ? "The likeliest first" : undefined,
        of: whose(board),
        // Label errors have an order of their own.
        order: mark.labelErrors ? undefined : { value: board.order, options: ORDERS, change: (order) => { url.setParam("ev_order", order === "wrongest" ? "" : order); url.setParam("ev_first", ""); } },
        page: { first: board.first, count: examples.examples.length, size: PAGE, total: examples.total, move: (first) => url.setParam("ev_first", first > 0 ? String(first) : "") },
        examples: examples.examples.map((example) => ({
          key: String(example.row),
          url: board.imageUrl(example),
          problem: example.image_problem,
          alt: alternative(example, names),
          name: `#${example.id}`,
          lines: exampleLines(example, names),
          note: example.suggested === null ? (example.loss === null ? "" : `loss ${formatValue(Number(example.loss), 3)}`) : `likely ${names[example.suggested] ?? example.suggested}`,
          bad: isWrong(example),
          chosen: example.row === board.row,
          open: () => url.setParam("ev_row", example.row === board.row ? "" : String(example.row)),
        })),
      },
    ],
  };
}

/** The two runs that are compared, with what each has behind the mark. */
function whose({ run, other, totals, listed, page }: EvaluationBoard): InspectorExamples["of"] {
  if (run === null || other === null) return undefined;
  const options = [run, other].map((name, place) => ({ value: String(place), label: name, color: page.selection.color(name), note: totals[place] == null ? "" : formatCount(totals[place]) }));
  const change = (value: string) => {
    for (const name of ["ev_first", "ev_row"]) page.url.setParam(name, "");
    page.url.setParam("ev_of", value === "1" ? "other" : "");
  };
  return { value: String(listed), options, change };
}

function single(board: EvaluationBoard, example: ExampleItem): InspectorSection[] {
  const { names } = board;
  const image = board.imageUrl(example);
  const name = (index: number | null, none: string) => (index === null ? none : (names[index] ?? String(index)));
  return [
    ...(image ? [{ kind: "images" as const, title: `Sample ${example.id}`, images: [{ url: image, alt: alternative(example, names), pixelated: true }] }] : []),
    ...(example.image_problem === null ? [] : [{ kind: "note" as const, text: `Image not shown: ${example.image_problem}`, bad: true }]),
    {
      kind: "facts",
      ...(image ? {} : { title: `Sample ${example.id}` }),
      facts: [
        { name: "true class", value: name(example.target, "not known") },
        { name: "predicted", value: name(example.predicted, "no answer") },
        { name: "probability of predicted", value: score(example.score) },
        { name: "probability of true", value: score(example.true_score) },
        { name: "loss", value: example.loss === null ? "none" : Number(example.loss) },
        ...(example.suggested === null ? [] : [{ name: "label is likely", value: name(example.suggested, "") }]),
        { name: "row", value: formatCount(example.row) },
      ],
    },
    ...runLinksSection(board.page, board.examples?.run ?? board.run ?? ""),
    ...board.histories.map((history) => ({
      kind: "table" as const,
      title: history.run,
      head: "when",
      columns: ["predicted", "p(true)", "loss"],
      rows: history.records.map(({ step, example: at, error }) => ({
        label: `step ${formatCount(step)}`,
        color: board.page.selection.color(history.run),
        values: at === null ? [error === null ? "not there" : "unreadable", null, null] : [name(at.predicted, "no answer"), at.true_score === null ? null : Number(at.true_score), at.loss === null ? null : Number(at.loss)],
        bad: at !== null && isWrong(at),
        ...(error === null ? {} : { hint: error }),
      })),
    })),
  ];
}
