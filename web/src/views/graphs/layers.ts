/** The summary that people print: layers with their output, parameters and operations. */

import type { ModuleData } from "../../graph/data";
import type { GraphTree } from "../../graph/hierarchy";
import { tensorText } from "../../graph/model";
import { csv } from "../../lib/csv";

export interface LayerRow {
  /** Unique in the table. */
  readonly key: string;
  readonly name: string;
  readonly depth: number;
  readonly type: string;
  readonly output: string;
  readonly parameters: number;
  readonly flops: number;
  readonly memory: number;
  /** Of its parameters: all, none, some, or not known (null). */
  readonly trainable: "yes" | "no" | "partly" | null;
  readonly calls: number | null;
  readonly isUnused: boolean;
  /** What the picture shows of it; null where nothing of it is in the graph. */
  readonly item: number | null;
}

export interface LayerTotals {
  readonly parameters: number;
  readonly trainable: number | null;
  readonly flops: number;
  readonly memory: number;
  /** Operations whose cost is not known; null where the writer did not count. */
  readonly uncounted: number | null;
}

/** From the table of modules; without one, layers of Keras, or scopes. */
export function layersOf(tree: GraphTree): readonly LayerRow[] {
  const { modules } = tree.model.data;
  if (modules.length > 0) return modules.map((module, at) => ofModule(tree, module, at));
  return tree.model.data.form === "keras" ? ofKeras(tree) : ofScopes(tree);
}

function ofModule(tree: GraphTree, module: ModuleData, at: number): LayerRow {
  const { parameter_count: all, trainable_parameter_count: trained } = module;
  return {
    key: `${at}`,
    name: module.path.split(".").at(-1) || "(model)",
    depth: module.path === "" ? 0 : module.path.split(".").length,
    type: module.class_name,
    output: module.output_shapes.map((shape, index) => tensorText({ shape, dtype: module.output_dtypes[index] === "float32" ? "" : (module.output_dtypes[index] ?? "") })).join(", "),
    parameters: all,
    flops: module.flops,
    memory: module.activation_bytes,
    trainable: all === 0 ? null : trained === all ? "yes" : trained === 0 ? "no" : "partly",
    calls: module.call_count,
    isUnused: module.is_unused,
    item: tree.ofScope(module.scope),
  };
}

function ofKeras(tree: GraphTree): LayerRow[] {
  const { model } = tree;
  return model.data.names.map((name, node) => ({
    key: `${node}`,
    name: name.split("/").at(-1) || name,
    depth: name.split("/").length - 1,
    type: model.op(node),
    output: model.outputs(node).map(tensorText).join(", "),
    parameters: 0,
    flops: 0,
    memory: 0,
    trainable: model.frozen.has(node) ? "no" : null,
    calls: null,
    isUnused: false,
    item: node,
  }));
}

/** Of more shapes than these a scope says none. */
const MOST_OUTPUTS = 2;

function ofScopes(tree: GraphTree): LayerRow[] {
  const rows: LayerRow[] = [];
  const outputs = outputsOf(tree);
  const add = (item: number, depth: number): void => {
    rows.push({
      key: tree.path(item),
      name: tree.label(item) || "(no name)",
      depth,
      type: tree.type(item),
      output: (outputs.get(item)?.size ?? 0) > MOST_OUTPUTS ? "" : [...(outputs.get(item) ?? [])].join(", "),
      parameters: tree.parameters(item),
      flops: tree.flops(item),
      memory: tree.memory(item),
      trainable: null,
      calls: null,
      isUnused: false,
      item,
    });
    for (const child of tree.children(item)) if (tree.isGroup(child)) add(child, depth + 1);
  };
  for (const child of tree.children(tree.root)) if (tree.isGroup(child)) add(child, 0);
  return rows;
}

/** Shapes that lead out of each group, the first few: an edge leads out of all that its source is in and its target is not. */
function outputsOf(tree: GraphTree): ReadonlyMap<number, ReadonlySet<string>> {
  const { model } = tree;
  const { data } = model;
  const found = new Map<number, Set<string>>();
  const texts = new Map<string, string>();
  let around: readonly number[] = [];
  let target = -1;
  for (let edge = 0; edge < model.edgeCount; edge += 1) {
    const at = model.outputAt(edge);
    if (at < 0 || tree.parent(model.sources[edge]!) === tree.root) continue;
    if (model.targets[edge]! !== target) around = tree.ancestors((target = model.targets[edge]!));
    for (let group = tree.parent(model.sources[edge]!); group !== tree.root && !around.includes(group); group = tree.parent(group)) {
      let known = found.get(group);
      if (!known) found.set(group, (known = new Set()));
      if (known.size > MOST_OUTPUTS) continue;
      const key = `${data.output_shapes[at]!} ${data.output_dtypes[at]!}`;
      let text = texts.get(key);
      if (text === undefined) {
        const tensor = model.tensor(edge)!;
        text = tensor.shape === null ? "" : tensorText(tensor.dtype === "float32" ? { ...tensor, dtype: "" } : tensor);
        texts.set(key, text);
      }
      if (text !== "") known.add(text);
    }
  }
  return found;
}

export function totalsOf(tree: GraphTree): LayerTotals {
  const [model] = tree.model.data.modules;
  if (model) {
    return { parameters: model.parameter_count, trainable: model.trainable_parameter_count, flops: model.flops, memory: model.activation_bytes, uncounted: model.uncounted_operation_count };
  }
  return { parameters: tree.parameters(tree.root), trainable: null, flops: tree.flops(tree.root), memory: tree.memory(tree.root), uncounted: null };
}

export function layersCsv(rows: readonly LayerRow[], tree: GraphTree): string {
  return csv(
    ["layer", "depth", "type", "output", "parameters", "trainable", "flops", "bytes", "calls", "unused", "scope"],
    rows.map((row) => [row.name, row.depth, row.type, row.output, row.parameters, row.trainable ?? "", row.flops, row.memory, row.calls ?? "", row.isUnused ? "yes" : "", row.item === null ? "" : tree.path(row.item)]),
  );
}
