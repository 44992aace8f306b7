/** Decodes a mesh: a JSON header and columns behind it (docs/design/0002). */

import type { components } from "./schema.gen";
import { SourceError } from "./source";

type Header = components["schemas"]["MeshHeader"];

export interface LoadedMesh {
  readonly step: number;
  /** Meshes that were logged together. */
  readonly items: number;
  /** x, y, z of every vertex. */
  readonly vertices: Float32Array;
  /** Three numbers of vertices a triangle; null for a cloud of points. */
  readonly faces: Uint32Array | null;
  /** Red, green, blue of every vertex. */
  readonly colors: Uint8Array | null;
  /** JSON as it was logged; untrusted. */
  readonly config: string;
}

const BYTES = { f4: 4, i4: 4, u1: 1 } as const;

export function decodeMesh(buffer: ArrayBuffer): LoadedMesh {
  const magic = buffer.byteLength < 8 ? "" : String.fromCharCode(...new Uint8Array(buffer, 0, 4));
  if (magic !== "GBC2") throw new SourceError("malformed", `The server's answer cannot be read: it begins with ${JSON.stringify(magic)}.`);
  const length = new DataView(buffer).getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length))) as Header;
  const place = (name: string, type: keyof typeof BYTES): [number, number] | null => {
    const found = header.columns[name];
    if (!found) return null;
    if (found[0] !== type || 8 + length + found[1] + found[2] * BYTES[type] > buffer.byteLength) throw new SourceError("malformed", `The server's answer cannot be read: column ${name} is broken.`);
    return [8 + length + found[1], found[2]];
  };
  const [vertices, faces, colors] = [place("vertices", "f4"), place("faces", "i4"), place("colors", "u1")];
  return {
    step: header.step,
    items: header.items,
    vertices: vertices ? new Float32Array(buffer, ...vertices) : new Float32Array(0),
    faces: faces && faces[1] > 0 ? new Uint32Array(buffer, ...faces) : null,
    colors: colors && new Uint8Array(buffer, ...colors),
    config: header.config,
  };
}
