/** The commands of the view that are rarely used. */

import { formatQuantity } from "../../lib/format";
import type { MenuItem } from "../../ui/menu";
import { MILESTONE_NAMES } from "../../state/milestones";
import type { ScalarsBoard } from "./board.svelte";
import type { CardSize } from "./cardsize";

const SIZES: readonly [CardSize, string][] = [["small", "Small charts"], ["medium", "Medium charts"], ["large", "Large charts"]];

/** `pairs`, `range`: the bar has no room for the button that pairs train and val, for that of the range. */
export function barMenu(board: ScalarsBoard, { pairs, range }: { pairs: boolean; range: boolean }): MenuItem[] {
  const { settings, milestones, shell } = board.page;
  const outside = board.outliersClipped && board.outsideTotal > 0 ? ` (${formatQuantity(board.outsideTotal, "point")} outside)` : "";
  return [
    ...(pairs ? [{ label: "Pair train and val", checked: settings.pairTags, run: () => void (settings.pairTags = !settings.pairTags) }] : []),
    { label: `Clip outliers${outside}`, checked: board.outliersClipped, run: () => void (board.outliersClipped = !board.outliersClipped) },
    { label: "Logarithmic on both sides of 0", checked: settings.yScale === "symlog", run: () => void (settings.yScale = settings.yScale === "symlog" ? "linear" : "symlog") },
    { label: "Link the zoom of all charts", checked: settings.linkZoom, run: () => void (settings.linkZoom = !settings.linkZoom) },
    { label: "The whole small below zoomed charts", checked: settings.minimap, run: () => void (settings.minimap = !settings.minimap) },
    { label: "Follow the newest…", checked: board.follow !== null, run: () => void (board.followDialog = true) },
    ...(range ? [{ label: "Mark a range", checked: board.marking || board.range !== null, run: () => board.toggleRange() }] : []),
    { label: "Set the range…", run: () => void (board.rangeDialog = true) },
    ...milestones.kinds.map((kind, index) => ({ label: `Mark ${MILESTONE_NAMES[kind].toLowerCase()}`, separated: index === 0, checked: !milestones.hidden.has(kind), run: () => milestones.toggle(kind) })),
    ...(milestones.promised ? [{ label: "List of milestones…", separated: milestones.kinds.length === 0, run: () => void (shell.dialog = "milestones") }] : []),
    ...SIZES.map(([size, label], index) => ({ label, checked: board.cardSize === size, separated: index === 0, run: () => board.takeCardSize(size) })),
    { label: "Width of charts, charts a page…", run: () => void (shell.dialog = "settings") },
    { label: "Open all groups", separated: true, run: () => board.collapsed.clear() },
    { label: "Unpin all charts", disabled: board.pins.length === 0, run: () => board.pins.forEach((tag) => board.togglePin(tag)) },
  ];
}
