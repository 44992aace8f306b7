/** Decodes `application/vnd.glassboard.columns`: a JSON header and float64 columns behind it (docs/design/0002). */

import type { components } from "./schema.gen";
import { SourceError, type ScalarColumns, type ScalarsAnswer } from "./source";

type Header = components["schemas"]["ScalarColumnsHeader"];
type ColumnTable = Header["series"][number]["columns"];

const MAGIC = "GBC1";
const EMPTY = new Float64Array(0);

function malformed(what: string): SourceError {
  return new SourceError("malformed", `The server's answer cannot be read: ${what}`);
}

/** The columns are views into `buffer`, not copies. Throws `SourceError` where the bytes are not what they should be. */
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
      columns: series.found ? readColumns(buffer, bodyStart, series.columns) : null,
    })),
  };
}

function readColumns(buffer: ArrayBuffer, bodyStart: number, table: ColumnTable): ScalarColumns {
  const column = (name: string): Float64Array | null => {
    const place = table[name];
    if (!place) return null;
    const [offset, count] = place;
    const start = bodyStart + offset;
    if (start + count * 8 > buffer.byteLength) throw malformed(`column ${name} ends behind its last byte.`);
    return new Float64Array(buffer, start, count);
  };
  return {
    step: column("step") ?? EMPTY,
    wall_time: column("wall_time") ?? EMPTY,
    x: column("x") ?? EMPTY,
    value: column("value") ?? EMPTY,
    smoothed: column("smoothed"),
    nonfinite_step: column("nonfinite_step") ?? EMPTY,
    nonfinite_wall_time: column("nonfinite_wall_time") ?? EMPTY,
    nonfinite_x: column("nonfinite_x") ?? EMPTY,
    nonfinite_kind: column("nonfinite_kind") ?? EMPTY,
  };
}
