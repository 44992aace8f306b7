/** The columns of `GET graph` made of nodes written by hand: for made-up graphs and for tests. */

export interface WrittenNode {
  readonly name: string;
  readonly op?: string;
  /** `node`, `node:1` for its second output, `^node` for a control dependency; a label in front: `weight=node`. */
  readonly inputs?: readonly string[];
  readonly shape?: readonly number[] | null;
  readonly dtype?: string;
  readonly device?: string;
  readonly parameters?: number;
  readonly frozen?: boolean;
  readonly flops?: number;
  readonly memory?: number;
}

class Places<Value> {
  readonly values: Value[] = [];
  readonly #places = new Map<string, number>();

  of(value: Value): number {
    const key = JSON.stringify(value);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}

export function graphColumns(nodes: readonly WrittenNode[]) {
  const [ops, devices, labels, dtypes] = [new Places<string>(), new Places<string>(), new Places<string>(), new Places<string>()];
  const shapes = new Places<readonly number[] | null>();
  const numbers = new Map<string, number>();
  nodes.forEach(({ name }, node) => {
    if (!numbers.has(name)) numbers.set(name, node);
  });
  const inputs = nodes.flatMap((node) =>
    (node.inputs ?? []).map((text) => {
      const { label = "", control = "", name = "", output = "0" } = /^(?:(?<label>\w+)=)?(?<control>\^?)(?<name>.*?)(?::(?<output>\d+))?$/.exec(text)!.groups!;
      return { node: numbers.get(name) ?? -1, output: control ? -1 : Number(output), label: labels.of(label) };
    }),
  );
  const outputs = nodes.filter((node) => node.shape !== undefined);
  const column = (value: (node: WrittenNode) => number | undefined) => {
    const known = nodes.flatMap((node, index) => (value(node) ? [index] : []));
    return { nodes: known, values: known.map((index) => value(nodes[index]!)!) };
  };
  return {
    form: "graph_def" as const,
    names: nodes.map(({ name }) => name),
    ops: nodes.map(({ op = "op" }) => ops.of(op)),
    op_names: ops.values,
    devices: nodes.map(({ device = "" }) => devices.of(device)),
    device_names: devices.values,
    input_counts: nodes.map((node) => node.inputs?.length ?? 0),
    input_nodes: inputs.map((input) => input.node),
    input_outputs: inputs.map((input) => input.output),
    input_labels: inputs.map((input) => input.label),
    label_names: labels.values,
    output_counts: nodes.map((node) => (node.shape === undefined ? 0 : 1)),
    output_shapes: outputs.map((node) => shapes.of(node.shape ?? null)),
    output_dtypes: outputs.map(({ dtype = "float32" }) => dtypes.of(dtype)),
    shapes: shapes.values.map((shape) => (shape === null ? null : [...shape])),
    dtype_names: dtypes.values,
    parameters: column((node) => node.parameters),
    frozen: nodes.flatMap(({ frozen = false }, index) => (frozen ? [index] : [])),
    flops: column((node) => node.flops),
    memory_bytes: column((node) => node.memory),
  };
}
