/** The settings of a group in words, and what they come to on one of its cards. */

import { formatValue } from "../../lib/format";
import type { GroupSettings } from "./arrangement";
import type { OwnAxis } from "./links";

export function settingsText({ scale, min, max, smoothing }: GroupSettings): string {
  const ends = min === null && max === null ? [] : [min === null ? `up to ${formatValue(max as number)}` : max === null ? `from ${formatValue(min)}` : `${formatValue(min)} to ${formatValue(max)}`];
  return [...(scale === null ? [] : [scale]), ...ends, ...(smoothing === null ? [] : [smoothing === 0 ? "no smoothing" : `smoothing ${smoothing}`])].join(", ");
}

/** A card's own axis goes before that of its group; ends that it fixes are not mixed with others. */
export function axisWithin(own: OwnAxis, group: GroupSettings): OwnAxis {
  const ends = own.min === null && own.max === null ? group : own;
  return { ...own, scale: own.scale ?? group.scale, min: ends.min, max: ends.max };
}
