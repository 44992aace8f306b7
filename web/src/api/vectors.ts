/** Vectors as a NumPy file, as the server and files of a log hold them. */

export interface Vectors {
  readonly rows: number;
  readonly dimensions: number;
  readonly values: Float32Array;
}

/** A NumPy file of float32 rows, as the server writes it. Throws where it is another. */
export function readVectors(buffer: ArrayBuffer): Vectors {
  const head = new DataView(buffer);
  const [start, length] = head.getUint8(6) === 1 ? [10, head.getUint16(8, true)] : [12, head.getUint32(8, true)];
  const text = new TextDecoder().decode(new Uint8Array(buffer, start, length));
  const shape = /'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\)/.exec(text);
  if (!shape) throw new Error(`vectors of another form: ${text.trim()}`);
  const [rows, dimensions] = [Number(shape[1]), Number(shape[2])];
  return { rows, dimensions, values: new Float32Array(buffer.slice(start + length), 0, rows * dimensions) };
}
