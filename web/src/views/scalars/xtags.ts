/** Which scalars people put on the horizontal axis, and what such an axis is called. */

import type { XAxis } from "../../api/source";
import type { Horizontal } from "./loader";

/** Words of tags that count how far training is, the likeliest first. */
const PROGRESS = ["epoch", "epochs", "samples", "sample", "tokens", "token", "examples", "images", "batches", "iteration", "iterations", "global_step", "step", "flops"];

function rankOf(tag: string): number {
  const last = tag.toLowerCase().split("/").at(-1) ?? "";
  const words = [last, ...last.split(/[^a-z0-9]+/)];
  const ranks = PROGRESS.flatMap((word, rank) => (words.includes(word) ? [rank] : []));
  return Math.min(...ranks, Infinity);
}

/** Tags that say how far training is, the likeliest first. */
export function likelyXTags(tags: readonly string[]): string[] {
  return tags.filter((tag) => rankOf(tag) < Infinity).sort((a, b) => rankOf(a) - rankOf(b) || a.length - b.length);
}

const NAMES: Readonly<Record<Exclude<XAxis, "tag">, string>> = { step: "Step", relative: "Relative", wall: "Wall" };

export function axisName({ x, tag }: Horizontal): string {
  if (x !== "tag") return NAMES[x];
  const name = tag ?? "";
  return /^[a-z]+$/.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}
