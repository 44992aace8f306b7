/** A made-up graph: two convolutions and a layer that was forgotten. */

import { graphColumns, type WrittenNode } from "../lib/graphcolumns";
import type { GraphAnswer, GraphAttributes, GraphRef } from "./source";

type Module = GraphAnswer["modules"][number];

const CHANNELS = [1, 32, 64];

function convolution(block: number): WrittenNode[] {
  const [from, to] = [CHANNELS[block - 1]!, CHANNELS[block]!];
  const scope = `Net/block${block}`;
  const side = 28 / 2 ** (block - 1);
  const before = block === 1 ? "input/images" : `Net/block${block - 1}/MaxPool2d[2]/max_pool2d`;
  const count = to * from * 9;
  return [
    { name: `${scope}/Conv2d[0]/weight`, op: "Parameter", shape: [to, from, 3, 3], parameters: count, memory: count * 4 },
    { name: `${scope}/Conv2d[0]/conv2d`, op: "conv2d", inputs: [`input=${before}`, `weight=${scope}/Conv2d[0]/weight`], shape: [64, to, side, side], flops: 2 * count * 64 * side * side, memory: 256 * to * side * side },
    { name: `${scope}/ReLU[1]/relu`, op: "relu", inputs: [`input=${scope}/Conv2d[0]/conv2d`], shape: [64, to, side, side], flops: 64 * to * side * side, memory: 256 * to * side * side },
    { name: `${scope}/MaxPool2d[2]/max_pool2d`, op: "max_pool2d", inputs: [`input=${scope}/ReLU[1]/relu`], shape: [64, to, side / 2, side / 2], flops: 64 * to * side * side, memory: 64 * to * side * side },
  ];
}

const NODES: readonly WrittenNode[] = [
  { name: "input/images", op: "Input", shape: [64, 1, 28, 28], memory: 200_704 },
  ...convolution(1),
  ...convolution(2),
  { name: "Net/flatten", op: "flatten", inputs: ["input=Net/block2/MaxPool2d[2]/max_pool2d"], shape: [64, 3136] },
  { name: "Net/output/weight", op: "Parameter", shape: [10, 3136], parameters: 31_360, memory: 125_440 },
  { name: "Net/output/linear", op: "linear", inputs: ["input=Net/flatten", "weight=Net/output/weight"], shape: [64, 10], flops: 4_014_080, memory: 2_560 },
  { name: "output", op: "Output", inputs: ["output=Net/output/linear"], shape: [64, 10] },
];

function moduleOf(path: string, scope: string, class_name: string, parameters: number, shape: number[], more: Partial<Module> = {}): Module {
  return {
    path, scope, class_name, extra_repr: "", own_parameter_count: 0, parameter_count: parameters, trainable_parameter_count: parameters, buffer_count: 0, call_count: 1,
    output_shapes: [shape], output_dtypes: ["float32"], flops: 0, uncounted_operation_count: 0, parameter_bytes: parameters * 4, activation_bytes: 0, is_unused: false,
    source_file: "", source_line: 0, ...more,
  };
}

export function fixtureGraph({ run, tag, sample }: GraphRef): GraphAnswer {
  return {
    run, tag, sample, step: 0,
    ...graphColumns(NODES),
    modules: [
      moduleOf("", "Net", "Net", 50_080, [64, 10], { source_file: "model.py", source_line: 12 }),
      moduleOf("block1", "Net/block1", "Sequential", 288, [64, 32, 14, 14]),
      moduleOf("block1.0", "Net/block1/Conv2d[0]", "Conv2d", 288, [64, 32, 28, 28], { own_parameter_count: 288 }),
      moduleOf("block2", "Net/block2", "Sequential", 18_432, [64, 64, 7, 7]),
      moduleOf("block2.0", "Net/block2/Conv2d[0]", "Conv2d", 18_432, [64, 64, 14, 14], { own_parameter_count: 18_432 }),
      moduleOf("output", "Net/output", "Linear", 31_360, [64, 10], { own_parameter_count: 31_360 }),
      moduleOf("auxiliary", "Net/auxiliary", "Linear", 650, [], { is_unused: true, call_count: 0, output_shapes: [], output_dtypes: [] }),
    ],
    functions: [],
    problems: [{ code: "unused_module", severity: "warning", message: "auxiliary (Linear) was not used in the pass that was recorded; its 650 parameters get no gradient", nodes: [], scope: "Net/auxiliary" }],
  };
}

export function fixtureAttributes({ run, tag, sample }: GraphRef, first: number, count: number): GraphAttributes {
  const nodes = NODES.slice(first, first + count).map(({ op }, at) => ({
    node: first + at,
    attributes: op === "conv2d" ? [{ name: "stride", kind: "list", text: "[1, 1]", is_cut: false }, { name: "padding", kind: "list", text: "[1, 1]", is_cut: false }] : [],
  }));
  return { run, tag, sample, total: NODES.length, nodes };
}
