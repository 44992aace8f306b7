/** What a snapshot says of itself: when it was made, and what of the log it does not hold. */

import type { SnapshotInfo } from "../api/source";
import { formatCount, formatQuantity, formatWallTime } from "../lib/format";

export function snapshotWords({ made, version, max_points, thinned, left_out }: SnapshotInfo): string[] {
  return [
    `A snapshot that Glassboard ${version} made on ${formatWallTime(made)}; nothing in it will change.`,
    thinned > 0
      ? `${formatQuantity(thinned, "curve")} of more than ${formatCount(max_points)} points ${thinned === 1 ? "was" : "were"} thinned; first, last and extreme points are kept.`
      : "Every point of its curves is there.",
    ...(left_out ? [`Not in it: ${left_out}.`] : []),
  ];
}
