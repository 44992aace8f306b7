/** A graph as it comes over the wire, in the columns of `GET graph`: what the picture is made of. */

export interface NodeNumbers {
  readonly nodes: readonly number[];
  readonly values: readonly number[];
}

/** A module of the model; counts are of elements, with all modules inside. */
export interface ModuleData {
  readonly path: string;
  readonly scope: string;
  readonly class_name: string;
  readonly extra_repr: string;
  readonly own_parameter_count: number;
  readonly parameter_count: number;
  readonly trainable_parameter_count: number;
  readonly buffer_count: number;
  readonly call_count: number;
  readonly output_shapes: readonly (readonly number[])[];
  readonly output_dtypes: readonly string[];
  readonly flops: number;
  readonly uncounted_operation_count: number;
  readonly parameter_bytes: number;
  readonly activation_bytes: number;
  readonly is_unused: boolean;
  readonly source_file: string;
  readonly source_line: number;
}

export interface ProblemData {
  readonly code: string;
  readonly severity: "bad" | "warning" | "note";
  readonly message: string;
  readonly nodes: readonly number[];
  readonly scope: string;
}

export interface GraphData {
  readonly form: "graph_def" | "keras";
  readonly names: readonly string[];
  readonly ops: readonly number[];
  readonly op_names: readonly string[];
  readonly devices: readonly number[];
  readonly device_names: readonly string[];
  readonly input_counts: readonly number[];
  /** -1 where no node has that name. */
  readonly input_nodes: readonly number[];
  /** -1 for a control dependency. */
  readonly input_outputs: readonly number[];
  readonly input_labels: readonly number[];
  readonly label_names: readonly string[];
  readonly output_counts: readonly number[];
  readonly output_shapes: readonly number[];
  readonly output_dtypes: readonly number[];
  readonly shapes: readonly (readonly number[] | null)[];
  readonly dtype_names: readonly string[];
  readonly parameters: NodeNumbers;
  readonly frozen: readonly number[];
  readonly flops: NodeNumbers;
  readonly memory_bytes: NodeNumbers;
  readonly modules: readonly ModuleData[];
  readonly problems: readonly ProblemData[];
}
