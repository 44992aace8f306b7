/** A graph with its edges in both directions: nodes are numbered as on the wire, edges in the order of the inputs. */

import type { GraphData, NodeNumbers } from "./data";

export interface Tensor {
  readonly shape: readonly number[] | null;
  readonly dtype: string;
}

const SHORT_DTYPES: Readonly<Record<string, string>> = {
  float16: "f16", bfloat16: "bf16", float32: "f32", float64: "f64", int8: "i8", int16: "i16", int32: "i32", int64: "i64",
  uint8: "u8", uint16: "u16", uint32: "u32", uint64: "u64", complex64: "c64", complex128: "c128", string: "text",
};
const BYTES: Readonly<Record<string, number>> = {
  float16: 2, bfloat16: 2, float32: 4, float64: 8, int8: 1, int16: 2, int32: 4, int64: 8, uint8: 1, uint16: 2, uint32: 4, uint64: 8, bool: 1, complex64: 8, complex128: 16,
};

/** Ops that only give values: drawn beside what takes them. */
const SOURCES = new Set(["Parameter", "Buffer", "Const", "Variable", "VariableV2", "VarHandleOp", "prim::GetAttr", "prim::Constant", "Constant"]);

export class GraphModel {
  readonly data: GraphData;
  readonly count: number;
  /** By edge: the node that it leads to, and the one it comes from (-1: none). */
  readonly targets: Int32Array;
  readonly sources: Int32Array;
  /** Edges that lead to node n: `inStart[n]` to `inStart[n + 1]`. */
  readonly inStart: Int32Array;
  /** Places in `outEdges` of the edges that node n leads by. */
  readonly outStart: Int32Array;
  readonly outEdges: Int32Array;
  readonly parameters: Float64Array;
  readonly flops: Float64Array;
  readonly memory: Float64Array;
  readonly frozen: ReadonlySet<number>;
  readonly #outStarts: Int32Array;

  constructor(data: GraphData) {
    this.data = data;
    this.count = data.names.length;
    this.inStart = starts(data.input_counts);
    this.#outStarts = starts(data.output_counts);
    const edges = data.input_nodes.length;
    this.sources = Int32Array.from(data.input_nodes, (node) => (node >= 0 && node < this.count ? node : -1));
    this.targets = new Int32Array(edges);
    for (let node = 0; node < this.count; node += 1) this.targets.fill(node, this.inStart[node]!, this.inStart[node + 1]!);
    const counts = new Int32Array(this.count);
    for (const source of this.sources) if (source >= 0) counts[source]! += 1;
    this.outStart = starts(counts);
    this.outEdges = new Int32Array(this.outStart[this.count]!);
    const next = this.outStart.slice();
    this.sources.forEach((source, edge) => {
      if (source >= 0) this.outEdges[next[source]!++] = edge;
    });
    this.parameters = dense(this.count, data.parameters);
    this.flops = dense(this.count, data.flops);
    this.memory = dense(this.count, data.memory_bytes);
    this.frozen = new Set(data.frozen);
  }

  get edgeCount(): number {
    return this.sources.length;
  }

  name(node: number): string {
    return this.data.names[node] ?? "";
  }

  op(node: number): string {
    return this.data.op_names[this.data.ops[node] ?? -1] ?? "";
  }

  device(node: number): string {
    return this.data.device_names[this.data.devices[node] ?? -1] ?? "";
  }

  isControl(edge: number): boolean {
    return (this.data.input_outputs[edge] ?? 0) < 0;
  }

  /** The argument that an edge is given as; empty where the writer did not say. */
  argument(edge: number): string {
    return this.data.label_names[this.data.input_labels[edge] ?? -1] ?? "";
  }

  outputs(node: number): Tensor[] {
    const found: Tensor[] = [];
    for (let at = this.#outStarts[node]!; at < this.#outStarts[node + 1]!; at += 1) {
      found.push(this.#output(at));
    }
    return found;
  }

  /** Where what flows along an edge stands in the columns of outputs; -1 where it is not known. */
  outputAt(edge: number): number {
    const source = this.sources[edge]!;
    const output = this.data.input_outputs[edge]!;
    if (source < 0 || output < 0) return -1;
    const at = this.#outStarts[source]! + output;
    return at < this.#outStarts[source + 1]! ? at : -1;
  }

  /** What flows along an edge; null where it is not known. */
  tensor(edge: number): Tensor | null {
    const at = this.outputAt(edge);
    return at < 0 ? null : this.#output(at);
  }

  #output(at: number): Tensor {
    return { shape: this.data.shapes[this.data.output_shapes[at]!] ?? null, dtype: this.data.dtype_names[this.data.output_dtypes[at]!] ?? "" };
  }

  inEdges(node: number): number[] {
    return range(this.inStart[node]!, this.inStart[node + 1]!);
  }

  outEdgesOf(node: number): number[] {
    return [...this.outEdges.subarray(this.outStart[node], this.outStart[node + 1])];
  }

  /** A parameter, buffer or constant that something takes. */
  isSource(node: number): boolean {
    if (!SOURCES.has(this.op(node)) || this.outStart[node] === this.outStart[node + 1]) return false;
    // torch's own writer gives its weights an input that is nowhere.
    for (let edge = this.inStart[node]!; edge < this.inStart[node + 1]!; edge += 1) if (this.sources[edge]! >= 0) return false;
    return true;
  }
}

/** `32×64×56×56 f32`; an unknown size is `?`, a scalar `scalar`. */
export function tensorText({ shape, dtype }: Tensor): string {
  const size = shape === null ? "" : shape.length === 0 ? "scalar" : shape.map((one) => (one < 0 ? "?" : String(one))).join("×");
  return [size, SHORT_DTYPES[dtype] ?? dtype].filter(Boolean).join(" ");
}

/** As people write it in code: `[32, 64, 56, 56] float32`. */
export function tensorWords({ shape, dtype }: Tensor): string {
  return [shape === null ? "unknown shape" : `[${shape.map((one) => (one < 0 ? "?" : one)).join(", ")}]`, dtype].filter(Boolean).join(" ");
}

/** Bytes of a tensor; sizes that vary count as one. 0 where nothing is known. */
export function tensorBytes({ shape, dtype }: Tensor): number {
  return shape === null ? 0 : shape.reduce((product, size) => product * Math.max(1, size), 1) * (BYTES[dtype] ?? 4);
}

function starts(counts: ArrayLike<number>): Int32Array {
  const found = new Int32Array(counts.length + 1);
  for (let at = 0; at < counts.length; at += 1) found[at + 1] = found[at]! + counts[at]!;
  return found;
}

function dense(count: number, { nodes, values }: NodeNumbers): Float64Array {
  const found = new Float64Array(count);
  nodes.forEach((node, at) => (found[node] = values[at]!));
  return found;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first }, (_, at) => first + at);
}
