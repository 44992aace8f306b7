/** The details of a box for the inspector. */

import { formatBytes, formatCount, formatQuantity } from "../../lib/format";
import { formatScaled } from "../../graph/numbers";
import { tensorWords } from "../../graph/model";
import type { GraphTree } from "../../graph/hierarchy";
import type { InspectorContent, InspectorLinks, InspectorSection } from "../../state/inspector.svelte";
import { runLinksSection } from "../../state/runlinks";
import type { GraphBoard } from "./board.svelte";
import { tagPattern } from "./parameters";

type Fact = { name: string; value: string };
const MOST_LINKS = 40;
/** Attributes that other parts of the panel say better. */
const TOLD = new Set(["_output_shapes", "_output_dtypes", "_input_names", "_flops", "_memory_bytes", "module", "parameter_count", "trainable", "registered"]);

export function inspectItem(board: GraphBoard, tree: GraphTree, item: number): InspectorContent {
  const sections: InspectorSection[] = [...problemsOf(board, tree, item), ...whatOf(tree, item), { kind: "facts", title: "Cost", facts: costOf(tree, item) }, ...linksOf(board, tree, item)];
  if (!tree.isGroup(item)) sections.push(...attributesOf(board, item));
  sections.push(...histogramsOf(board, tree, item));
  const drawn = board.visible;
  if (drawn?.boxes.includes(item)) {
    const isApart = drawn.apart.has(item);
    sections.push({ kind: "links", links: [{ label: isApart ? "Draw it in its place" : "Draw it apart from the others", run: () => board.setApart(item, !isApart) }] });
  }
  return { title: tree.label(item) || "(no name)", note: tree.type(item), sections: sections.filter((section) => section.kind !== "facts" || section.facts.length > 0) };
}

/** What the whole graph is, where nothing is selected. */
export function inspectGraph(board: GraphBoard, tree: GraphTree): InspectorContent {
  const { model } = tree;
  const totals = board.totals!;
  const facts: Fact[] = [
    { name: "nodes", value: formatCount(model.count) },
    { name: "edges", value: formatCount(model.edgeCount) },
    ...(model.data.modules.length > 0 ? [{ name: "modules", value: formatCount(model.data.modules.length) }] : []),
    ...(totals.parameters > 0 ? [{ name: "parameters", value: formatCount(totals.parameters) }] : []),
    ...(totals.trainable !== null ? [{ name: "trainable", value: formatCount(totals.trainable) }] : []),
    ...(totals.flops > 0 ? [{ name: "FLOPs of the pass", value: formatScaled(totals.flops) }] : []),
    ...(totals.memory > 0 ? [{ name: "outputs take", value: formatBytes(totals.memory) }] : []),
    ...(totals.uncounted ? [{ name: "operations not counted", value: formatCount(totals.uncounted) }] : []),
  ];
  const judged: InspectorSection[] = [];
  if (board.problems.length > 0) judged.push(problemLinks(board, tree, board.problems, "What to look at"));
  else if (model.data.modules.length > 0) judged.push({ kind: "note", text: "Nothing in it looks wrong: every input is there, shapes fit, every module was used." });
  return {
    title: board.page.log.shortName(board.run ?? ""),
    note: model.data.form === "keras" ? "Keras model" : "graph",
    sections: [{ kind: "facts", facts }, ...judged, ...runLinksSection(board.page, board.run ?? "")],
  };
}

function problemLinks(board: GraphBoard, tree: GraphTree, problems: GraphBoard["problems"], title: string): InspectorLinks {
  return {
    kind: "links",
    title,
    links: problems.slice(0, MOST_LINKS).map((problem) => {
      const target = problem.nodes[0] ?? tree.ofScope(problem.scope || " ");
      const run = target === null || target === undefined ? undefined : () => board.reveal(target);
      return { label: problem.message, wraps: true, bad: problem.severity === "bad", ...(run ? { run } : {}) };
    }),
    ...(problems.length > MOST_LINKS ? { more: `${formatCount(problems.length - MOST_LINKS)} more` } : {}),
  };
}

/** The way to the histograms that the run logged of the parameters of a module: tags that name its path. */
function histogramsOf(board: GraphBoard, tree: GraphTree, item: number): InspectorSection[] {
  const { log, selection, url } = board.page;
  const module = [item, ...tree.ancestors(item)].map((each) => tree.module(each)).find((found) => found !== null);
  const run = board.run;
  if (!module?.path || run === null) return [];
  const pattern = tagPattern(module.path);
  const named = new RegExp(pattern);
  const count = log.tagsOf("histogram").filter((tag) => named.test(tag.tag) && log.runsOf(tag).includes(run)).length;
  if (count === 0) return [];
  const open = () => {
    selection.solo = run;
    url.setParam("histotags", `/${pattern}/`);
    url.setParam("histocards", "");
    url.view = "histograms";
  };
  return [{ kind: "links", links: [{ label: `Histograms of ${module.path}`, note: formatCount(count), run: open }] }];
}

function problemsOf(board: GraphBoard, tree: GraphTree, item: number): InspectorSection[] {
  const inside = new Set(tree.leaves(item));
  const own = board.problems.filter((problem) => problem.nodes.some((node) => inside.has(node)) || (problem.scope !== "" && tree.ofScope(problem.scope) === item));
  if (own.length === 0) return [];
  return tree.isGroup(item) ? [problemLinks(board, tree, own, "What to look at")] : own.map((problem) => ({ kind: "note", text: problem.message, bad: problem.severity === "bad" }));
}

function whatOf(tree: GraphTree, item: number): InspectorSection[] {
  const { model } = tree;
  const module = tree.module(item);
  const facts: Fact[] = [];
  const add = (name: string, value: string): void => void (value !== "" && facts.push({ name, value }));
  if (module) {
    add("module", module.path || "(model)");
    add("class", module.class_name);
    add("says of itself", module.extra_repr);
    if (module.call_count !== 1) add("ran", formatQuantity(module.call_count, "time"));
    add("source", module.source_file ? `${module.source_file}:${module.source_line}` : "");
    module.output_shapes.forEach((shape, at) => add(module.output_shapes.length > 1 ? `output ${at}` : "output", tensorWords({ shape, dtype: module.output_dtypes[at] ?? "" })));
  }
  if (!tree.isGroup(item)) {
    add("operation", model.op(item));
    add("name", model.name(item));
    add("device", model.device(item));
    const outputs = model.outputs(item);
    if (!module) outputs.slice(0, 8).forEach((tensor, at) => add(outputs.length > 1 ? `output ${at}` : "output", tensorWords(tensor)));
    if (!module) {
      const owner = tree.ancestors(item).map((group) => tree.module(group)).find((found) => found !== null);
      add("in", owner ? `${owner.path || "(model)"} (${owner.class_name})` : "");
      add("source", owner?.source_file ? `${owner.source_file}:${owner.source_line}` : "");
    }
  } else {
    if (!module) add("scope", tree.path(item));
    add("nodes", formatCount(tree.group(item).leafCount));
  }
  return [{ kind: "facts", facts }];
}

function costOf(tree: GraphTree, item: number): Fact[] {
  const { model } = tree;
  const module = tree.module(item);
  const parameters = tree.parameters(item);
  const flops = tree.flops(item);
  const memory = tree.memory(item);
  return [
    ...(parameters > 0 || module ? [{ name: "parameters", value: formatCount(parameters) }] : []),
    ...(module && module.parameter_count > 0 ? [{ name: "trainable", value: module.trainable_parameter_count === module.parameter_count ? "all" : formatCount(module.trainable_parameter_count) }] : []),
    ...(!tree.isGroup(item) && model.parameters[item]! > 0 ? [{ name: "trainable", value: model.frozen.has(item) ? "no" : "yes" }] : []),
    ...(module && module.buffer_count > 0 ? [{ name: "values in buffers", value: formatCount(module.buffer_count) }] : []),
    ...(flops > 0 ? [{ name: "FLOPs", value: formatScaled(flops) }] : []),
    ...(module && module.uncounted_operation_count > 0 ? [{ name: "operations not counted", value: formatCount(module.uncounted_operation_count) }] : []),
    ...(memory > 0 ? [{ name: tree.isGroup(item) ? "outputs inside take" : "its outputs take", value: formatBytes(memory) }] : []),
    ...(module && module.parameter_bytes > 0 ? [{ name: "parameters take", value: formatBytes(module.parameter_bytes) }] : []),
  ];
}

/** The last parts of a name, which tell more than the first. */
function ending(name: string): string {
  const parts = name.split("/").filter(Boolean);
  return parts.length > 2 ? `…/${parts.slice(-2).join("/")}` : name;
}

/** Tensors that come in from elsewhere and go elsewhere, each leading there. */
function linksOf(board: GraphBoard, tree: GraphTree, item: number): InspectorSection[] {
  const { model } = tree;
  const inside = new Set(tree.leaves(item));
  const incoming: InspectorLinks["links"][number][] = [];
  const outgoing: InspectorLinks["links"][number][] = [];
  const counts = [0, 0];
  const tell = (edge: number): string => {
    const tensor = model.tensor(edge);
    return model.isControl(edge) ? "control" : tensor ? tensorWords(tensor) : "";
  };
  const seen = new Set<string>();
  /** One line for a tensor that is taken more than once. */
  const isNew = (key: string): boolean => !seen.has(key) && seen.add(key) !== undefined;
  for (const leaf of inside) {
    for (let edge = model.inStart[leaf]!; edge < model.inStart[leaf + 1]!; edge += 1) {
      const source = model.sources[edge]!;
      if (inside.has(source) || (tree.isGroup(item) && !isNew(`in ${source} ${model.data.input_outputs[edge]!}`))) continue;
      counts[0]! += 1;
      if (incoming.length >= MOST_LINKS) continue;
      const argument = tree.isGroup(item) ? "" : model.argument(edge);
      const name = source < 0 ? "not in the graph" : model.name(source);
      incoming.push({ label: [argument, ending(name)].filter(Boolean).join(": "), hint: name, note: tell(edge), ...(source < 0 ? {} : { run: () => board.reveal(source) }) });
    }
    for (let at = model.outStart[leaf]!; at < model.outStart[leaf + 1]!; at += 1) {
      const edge = model.outEdges[at]!;
      const target = model.targets[edge]!;
      if (inside.has(target) || (tree.isGroup(item) && !isNew(`out ${target} ${leaf}`))) continue;
      counts[1]! += 1;
      if (outgoing.length < MOST_LINKS) outgoing.push({ label: ending(model.name(target)), hint: model.name(target), note: tell(edge), run: () => board.reveal(target) });
    }
  }
  const section = (title: string, links: InspectorLinks["links"], count: number): InspectorLinks => ({ kind: "links", title: `${title} · ${formatCount(count)}`, links, ...(count > links.length ? { more: `${formatCount(count - links.length)} more` } : {}) });
  return [...(counts[0]! > 0 ? [section("Inputs", incoming, counts[0]!)] : []), ...(counts[1]! > 0 ? [section("Outputs", outgoing, counts[1]!)] : [])];
}

function attributesOf(board: GraphBoard, node: number): InspectorSection[] {
  const known = board.loaded.attributes.get(node);
  if (known === undefined) return [];
  const facts = known.filter(({ name }) => !TOLD.has(name)).map(({ name, text, is_cut }) => ({ name, value: is_cut ? `${text}… (cut)` : text }));
  return facts.length > 0 ? [{ kind: "facts", title: "Attributes", facts }] : [];
}
