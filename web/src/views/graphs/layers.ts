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

function ofScopes(tree: GraphTree): LayerRow[] {
  const rows: LayerRow[] = [];
  const add = (item: number, depth: number): void => {
    rows.push({
      key: tree.path(item),
      name: tree.label(item) || "(no name)",
      depth,
      type: tree.type(item),
      output: outputOf(tree, item),
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

/** What leads out of a scope, where that is one shape. */
function outputOf(tree: GraphTree, item: number): string {
  const { model } = tree;
  const inside = new Set(tree.leaves(item));
  const texts = new Set<string>();
  for (const leaf of inside) {
    for (let at = model.outStart[leaf]!; at < model.outStart[leaf + 1]!; at += 1) {
      const edge = model.outEdges[at]!;
      const tensor = inside.has(model.targets[edge]!) ? null : model.tensor(edge);
      if (tensor?.shape) texts.add(tensorText(tensor.dtype === "float32" ? { ...tensor, dtype: "" } : tensor));
      if (texts.size > 2) return "";
    }
  }
  return [...texts].join(", ");
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
