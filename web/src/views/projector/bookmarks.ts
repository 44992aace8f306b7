/** Bookmarks as a file that people hand on, and in words. */

import { formatCount, formatQuantity } from "../../lib/format";
import { membersOf, readOwnFile } from "../../lib/json";
import type { Bookmark } from "../../state/bookmarks.svelte";
import { readLink, runInWords, writeLink, type Algorithm } from "./link";
import { readStates } from "./tensorboardstates";

const FORMAT = "glassboard projector bookmarks";
const VERSION = 1;
const NAMES: Readonly<Record<Algorithm, string>> = { pca: "PCA", tsne: "t-SNE", umap: "UMAP", custom: "custom axes" };

const embeddingOf = (shown: readonly [string, string] | null): object => (shown === null ? {} : { embedding: shown });

/** JSON that people read and change. */
export function writeBookmarkFile(bookmarks: Iterable<readonly [string, Bookmark]>): string {
  const all = [...bookmarks].map(([name, { link, step }]) => ({ name, step, look: JSON.parse(link || "{}") as unknown }));
  return `${JSON.stringify({ format: FORMAT, version: VERSION, bookmarks: all }, null, 2)}\n`;
}

/** The bookmarks in a file, also one of TensorBoard's, which are of the embedding that is shown. Throws with a sentence for the reader where it holds none; what makes no sense in a look is left out. */
export function readBookmarkFile(text: string, shown: readonly [string, string] | null = null): readonly (readonly [string, Bookmark])[] {
  const states = readStates(text);
  if (states !== null) return states.map(({ name, look }) => [name, { link: writeLink({ ...readLink(JSON.stringify(look)), ...embeddingOf(shown) }), step: null }] as const);
  const { bookmarks } = readOwnFile(text, FORMAT, VERSION, "bookmarks");
  return (Array.isArray(bookmarks) ? (bookmarks as unknown[]) : []).flatMap((one) => {
    const { name, step, look } = membersOf(one);
    if (typeof name !== "string" || name.trim() === "") return [];
    return [[name.trim(), { link: writeLink(readLink(JSON.stringify(look ?? {}))), step: Number.isSafeInteger(step) ? (step as number) : null }] as const];
  });
}

/** Those that come with an embedding, whatever it was called when they were made; of one name the last has another number. */
export function bookmarksOfData(text: string, shown: readonly [string, string], step: number | null): ReadonlyMap<string, Bookmark> {
  const found = new Map<string, Bookmark>();
  for (const [name, { link }] of readBookmarkFile(text, shown)) {
    let free = name;
    for (let count = 2; found.has(free); count += 1) free = `${name} (${count})`;
    found.set(free, { link: writeLink({ ...readLink(link), embedding: shown }), step });
  }
  return found;
}

/** What a bookmark shows, in a line. */
export function describeBookmark({ link, step }: Bookmark): string {
  const look = readLink(link);
  const parts = [look.embedding === null ? "the first embedding" : `${runInWords(look.embedding[0])} · ${look.embedding[1]}`, `${NAMES[look.algorithm]} in ${look.dimensions}-D`];
  if (look.color) parts.push(`by ${look.color}`);
  if (look.isolated.length > 0) parts.push(`${formatQuantity(look.isolated.length, "point")} isolated`);
  else if (look.selected.length > 0) parts.push(`${formatQuantity(look.selected.length, "point")} selected`);
  if (look.point !== null) parts.push(`neighbours of #${formatCount(look.point)}`);
  if (look.edits !== "") parts.push("over edited labels");
  if (step !== null) parts.push(`step ${formatCount(step)}`);
  return parts.join(", ");
}
