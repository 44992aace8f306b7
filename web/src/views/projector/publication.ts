/** An embedding as a folder to hand on: what TensorBoard, the standalone projector and this page open. */

import type { Vectors } from "../../api/vectors";
import { asMetadata } from "./files";

export interface Publication {
  readonly name: string;
  readonly vectors: Vectors;
  /** None where metadata stays behind. */
  readonly columns: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly sprite: { readonly image: Blob; readonly width: number; readonly height: number } | null;
  /** TensorBoard's; none where there are none. */
  readonly states: readonly object[];
  /** This page's, as a file of them. */
  readonly bookmarks: string | null;
  /** Where the folder will be served; empty where that is not known. */
  readonly address: string;
}

export interface FolderFile {
  readonly path: string;
  /** In pieces, so that a large file need not be in memory twice. */
  readonly pieces: () => Iterable<string | Uint8Array> | AsyncIterable<Uint8Array>;
}

const ROWS_A_PIECE = 500;

/** As few digits as name the same float32. */
export const shortest = (value: number): string => {
  for (let digits = 6; digits < 9; digits += 1) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
};

function* lines({ rows, dimensions, values }: Vectors): Generator<string> {
  for (let from = 0; from < rows; from += ROWS_A_PIECE) {
    const made: string[] = [];
    for (let row = from; row < Math.min(rows, from + ROWS_A_PIECE); row += 1) {
      made.push(Array.from(values.subarray(row * dimensions, (row + 1) * dimensions), shortest).join("\t"));
    }
    yield `${made.join("\n")}\n`;
  }
}

async function* bytesOf(blob: Blob): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(await blob.arrayBuffer());
}

const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t")}"`;
const ENDINGS: Readonly<Record<string, string>> = { "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/bmp": "bmp" };

export function folderOf(published: Publication): readonly FolderFile[] {
  const { name, vectors, columns, sprite, states, bookmarks } = published;
  const shape = [vectors.rows, vectors.dimensions];
  const image = sprite === null ? null : `sprite.${ENDINGS[sprite.image.type] ?? "png"}`;
  const metadata = columns.length > 0 ? "metadata.tsv" : null;
  const kept = states.length > 0 ? "bookmarks.txt" : null;
  const config = [
    "embeddings {", `  tensor_name: ${quoted(name)}`, ...(metadata ? [`  metadata_path: "${metadata}"`] : []), ...(kept ? [`  bookmarks_path: "${kept}"`] : []), ...shape.map((size) => `  tensor_shape: ${size}`),
    ...(image && sprite ? ["  sprite {", `    image_path: "${image}"`, `    single_image_dim: ${sprite.width}`, `    single_image_dim: ${sprite.height}`, "  }"] : []), '  tensor_path: "tensors.tsv"', "}", "",
  ].join("\n");
  const base = published.address === "" ? "" : `${published.address.replace(/\/+$/, "")}/`;
  const standalone = {
    embeddings: [{
      tensorName: name, tensorShape: shape, tensorPath: `${base}tensors.tsv`, ...(metadata ? { metadataPath: `${base}${metadata}` } : {}),
      ...(image && sprite ? { sprite: { imagePath: `${base}${image}`, singleImageDim: [sprite.width, sprite.height] } } : {}), ...(kept ? { bookmarksPath: `${base}${kept}` } : {}),
    }],
  };
  const file = (path: string, text: () => string): FolderFile => ({ path, pieces: () => [text()] });
  return [
    file("projector_config.pbtxt", () => config),
    file("projector_config.json", () => `${JSON.stringify(standalone, null, 2)}\n`),
    { path: "tensors.tsv", pieces: () => lines(vectors) },
    ...(metadata ? [file(metadata, () => asMetadata(columns))] : []),
    ...(image && sprite ? [{ path: image, pieces: () => bytesOf(sprite.image) }] : []),
    ...(kept ? [file(kept, () => JSON.stringify(states))] : []),
    ...(bookmarks === null ? [] : [file("glassboard_bookmarks.json", () => bookmarks)]),
    file("README.txt", () => readme(published)),
  ];
}

function readme({ name, address, bookmarks, states }: Publication): string {
  const config = address === "" ? "projector_config.json, in which every path has to become the address of its file" : `${address.replace(/\/+$/, "")}/projector_config.json`;
  return [
    `The embedding ${name}`, "",
    "TensorBoard and Glassboard: put this folder into a log directory and open that.",
    "Standalone projector (projector.tensorflow.org): Load takes tensors.tsv and metadata.tsv. With pictures and bookmarks: serve this folder to other origins (CORS),",
    `and open the projector with ?config= and the address of ${config}.`,
    ...(states.length > 0 ? ["bookmarks.txt holds TensorBoard's bookmarks; its Bookmarks panel opens the file too."] : []),
    ...(bookmarks === null ? [] : ["glassboard_bookmarks.json: in Glassboard's Projector, Bookmarks, Open a file."]), "",
  ].join("\n");
}
