/** Files as one archive, made piece by piece so that the page goes on living. */

import type { FolderFile } from "./publication";

const SLICE_BYTES = 1 << 20;
const TURN_MS = 20;

/** `onbytes` is told how much went in. */
export async function zipped(folder: string, files: readonly FolderFile[], onbytes: (count: number) => void): Promise<Blob> {
  const { Zip, ZipDeflate, ZipPassThrough } = await import("fflate");
  const parts: BlobPart[] = [];
  let failed: Error | null = null;
  const archive = new Zip((error, data) => {
    if (error) failed = error;
    else parts.push(data as Uint8Array<ArrayBuffer>);
  });
  const encoder = new TextEncoder();
  let [count, turned] = [0, performance.now()];
  for (const { path, pieces } of files) {
    // Pictures are compressed already.
    const entry = /\.(png|jpg|gif|webp)$/.test(path) ? new ZipPassThrough(`${folder}/${path}`) : new ZipDeflate(`${folder}/${path}`, { level: 6 });
    archive.add(entry);
    for await (const piece of pieces()) {
      const bytes = typeof piece === "string" ? encoder.encode(piece) : piece;
      for (let at = 0; at < bytes.length; at += SLICE_BYTES) entry.push(bytes.subarray(at, at + SLICE_BYTES), false);
      onbytes((count += bytes.length));
      if (failed) throw failed;
      if (performance.now() - turned > TURN_MS) {
        await new Promise((done) => setTimeout(done));
        turned = performance.now();
      }
    }
    entry.push(new Uint8Array(0), true);
  }
  archive.end();
  if (failed) throw failed;
  return new Blob(parts, { type: "application/zip" });
}
