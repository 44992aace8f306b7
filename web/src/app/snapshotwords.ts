/** What a snapshot says of itself: when it was made, and what of the log it does not hold; why a view is missing, here or in a log. */

import type { SnapshotInfo } from "../api/source";
import { formatCount, formatQuantity, formatWallTime } from "../lib/format";
import { KIND_NAMES, type ViewEntry } from "./views";

export function snapshotWords({ made, version, max_points, thinned, left_out }: SnapshotInfo): string[] {
  return [
    `A snapshot that Glassboard ${version} made on ${formatWallTime(made)}; nothing in it will change.`,
    thinned > 0
      ? `${formatQuantity(thinned, "curve")} of more than ${formatCount(max_points)} points ${thinned === 1 ? "was" : "were"} thinned; first, last and extreme points are kept.`
      : "Every point of its curves is there.",
    ...(left_out ? [`Not in it: ${left_out}.`] : []),
  ];
}

/** Why a view that a link asks for is not there, and what stands in its place. */
export function missingWords(missing: Pick<ViewEntry, "title" | "kinds">, shown: Pick<ViewEntry, "title">, inFile: boolean): string {
  const instead = `Here is ${shown.title} instead.`;
  const kinds = missing.kinds.map((kind) => KIND_NAMES[kind]).join(" or ");
  if (!inFile) return `${missing.title} has nothing to show: no run of this log holds ${kinds} so far. ${instead}`;
  const why = missing.kinds.includes("predictions") ? "what it shows is worked out anew for every question, by a server that reads the log" : `it holds no ${kinds}`;
  return `${missing.title} is not in this file: ${why}. ${instead}`;
}
