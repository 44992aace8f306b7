/** Decodes layouts: a JSON header and columns of float32 behind it (docs/design/0002). */

import type { components } from "./schema.gen";
import { SourceError } from "./source";

type Header = components["schemas"]["ProjectionHeader"];

/** How far a projection is. */
export interface ProjectionProgress extends Omit<Header, "columns"> {
  /** One for each axis, a value for every point, NaN where it has no place; null where the asker holds this version. */
  columns: Float32Array[] | null;
}

export function decodeProjection(buffer: ArrayBuffer): ProjectionProgress {
  const magic = buffer.byteLength < 8 ? "" : String.fromCharCode(...new Uint8Array(buffer, 0, 4));
  if (magic !== "GBC2") throw new SourceError("malformed", `The server's answer cannot be read: it begins with ${JSON.stringify(magic)}.`);
  const length = new DataView(buffer).getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length))) as Header;
  const places = Object.entries(header.columns).sort(([a], [b]) => Number(a.slice(1)) - Number(b.slice(1)));
  const columns = places.map(([name, [type, offset, count]]) => {
    if (type !== "f4" || 8 + length + offset + count * 4 > buffer.byteLength) throw new SourceError("malformed", `The server's answer cannot be read: column ${name} is broken.`);
    return new Float32Array(buffer, 8 + length + offset, count);
  });
  return { ...header, columns: columns.length === 0 ? null : columns };
}
