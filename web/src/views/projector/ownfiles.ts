/** What is known of a person's own files before they are sent. */

import { formatBytes } from "../../lib/format";

/** By its name; everything else is taken for text. */
export const formOf = (fileName: string): "tsv" | "npy" => (/\.npy$/i.test(fileName) ? "npy" : "tsv");

/** What an embedding is called where nobody says: the file's name without its ending. */
export const nameOf = (fileName: string): string => fileName.replace(/\.(tsv|txt|npy|bytes)$/i, "").slice(0, 200) || "vectors";

/** Why they cannot be sent together; null where they can. */
export function tooLarge(files: readonly ({ readonly size: number } | null)[], most: number): string | null {
  const size = files.reduce((sum, file) => sum + (file?.size ?? 0), 0);
  return size > most ? `${formatBytes(size)} are more than the ${formatBytes(most)} that can be loaded.` : null;
}
