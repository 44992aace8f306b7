/** Decodes `application/vnd.glassboard.columns`: a JSON header and typed columns behind it (docs/design/0002). */

import type { components } from "./schema.gen";
import { SourceError, type ScalarColumns, type ScalarsAnswer } from "./source";

type Header = components["schemas"]["ScalarColumnsHeader"];
type ColumnTable = Header["series"][number]["columns"];
type ColumnType = ColumnTable[string][0];

const MAGIC = "GBC2";
const BYTES: Record<ColumnType, number> = { u1: 1, i4: 4, i8: 8, f4: 4, f8: 8 };
const EMPTY = new Float64Array(0);

function malformed(what: string): SourceError {
  return new SourceError("malformed", `The server's answer cannot be read: ${what}`);
}

/** Columns of float64 are views into `buffer`, narrower ones are widened. Throws `SourceError` where the bytes are not what they should be. */
export function decodeColumns(buffer: ArrayBuffer): ScalarsAnswer {
  if (buffer.byteLength < 8) throw malformed(`${buffer.byteLength} bytes, at least 8 wanted.`);
  const magic = String.fromCharCode(...new Uint8Array(buffer, 0, 4));
  if (magic !== MAGIC) throw malformed(`it begins with ${JSON.stringify(magic)}, ${JSON.stringify(MAGIC)} wanted.`);
  const headerLength = new DataView(buffer).getUint32(4, true);
  const bodyStart = 8 + headerLength;
  if (bodyStart > buffer.byteLength) {
    throw malformed(`its header takes ${headerLength} bytes, ${buffer.byteLength - 8} are there.`);
  }
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, headerLength))) as Header;
  return {
    revision: header.revision,
    series: header.series.map((series) => ({
      ...series,
      columns: series.found ? readColumns(buffer, bodyStart, series.columns, series.wall_origin) : null,
    })),
  };
}

/** Charts calculate in float64. Widening takes as long as copying (`from` would take ten times as long), and the narrow bytes travelled faster. */
function widened(buffer: ArrayBuffer, type: ColumnType, start: number, count: number): Float64Array {
  switch (type) {
    case "f8":
      return new Float64Array(buffer, start, count);
    case "f4":
      return new Float64Array(new Float32Array(buffer, start, count));
    case "i4":
      return new Float64Array(new Int32Array(buffer, start, count));
    case "i8":
      return Float64Array.from(new BigInt64Array(buffer, start, count), Number);
    case "u1":
      return new Float64Array(new Uint8Array(buffer, start, count));
    default:
      throw malformed(`it holds a column of the unknown type ${JSON.stringify(type)}.`);
  }
}

function shifted(offsets: Float64Array, origin: number): Float64Array {
  const times = new Float64Array(offsets.length);
  for (let index = 0; index < times.length; index += 1) times[index] = (offsets[index] as number) + origin;
  return times;
}

function readColumns(buffer: ArrayBuffer, bodyStart: number, table: ColumnTable, origin: number | null): ScalarColumns {
  const read = new Map<number, Float64Array>();
  const column = (name: string): Float64Array | null => {
    const place = table[name];
    if (!place) return null;
    const [type, offset, count] = place;
    const start = bodyStart + offset;
    if (start + count * BYTES[type] > buffer.byteLength) throw malformed(`column ${name} ends behind its last byte.`);
    // On the step axis `x` and `step` lie at one place.
    const values = read.get(offset) ?? widened(buffer, type, start, count);
    read.set(offset, values);
    return values;
  };
  const wallTimes = (prefix: string): Float64Array => column(`${prefix}wall_time`) ?? shifted(column(`${prefix}wall_offset`) ?? EMPTY, origin ?? 0);
  return {
    step: column("step") ?? EMPTY,
    wall_time: wallTimes(""),
    x: column("x") ?? EMPTY,
    value: column("value") ?? EMPTY,
    smoothed: column("smoothed"),
    nonfinite_step: column("nonfinite_step") ?? EMPTY,
    nonfinite_wall_time: wallTimes("nonfinite_"),
    nonfinite_x: column("nonfinite_x") ?? EMPTY,
    nonfinite_kind: column("nonfinite_kind") ?? EMPTY,
  };
}
