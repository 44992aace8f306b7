/** What the first cards will ask for, known before they are made: the answer is on its way while the page is. */

import { columnsIn } from "../../lib/packing";
import type { PageState } from "../../state/context";
import { PLAIN_GROUP } from "./arrangement";
import type { ScalarsBoard } from "./board.svelte";
import { queryOf } from "./card.svelte";
import { axisWithin } from "./groupsettings";
import type { SeriesQuery } from "./loader";
import type { CardGroup } from "./sections";
import type { CardSubject } from "./subjects";

/** Between cards, around them, and what stands above and below them, in CSS pixels; near enough. */
const GAP = 12;
const SIDES = 40;
const FRAME = 36;
const AROUND = 150;
/** As in the page, beside which no panel has room of its own then. */
const NARROW = 1180;

interface Room {
  readonly width: number;
  readonly height: number;
}

/** What the panels leave of the window to cards. */
export function roomOfCards({ settings }: Pick<PageState, "settings">, { innerWidth, innerHeight }: Pick<Window, "innerWidth" | "innerHeight">): Room {
  const narrow = innerWidth <= NARROW;
  const left = settings.runsPanelOpen ? Math.min(settings.runsPanelWidth, narrow ? 256 : Infinity) : 0;
  const right = settings.inspectorShown && !narrow ? settings.inspectorWidth : 0;
  return { width: Math.max(0, innerWidth - left - right - SIDES), height: Math.max(0, innerHeight - AROUND) };
}

/** The questions of the cards in sight, each as the card will ask it. None where the link zooms: what is asked for then the card alone knows. */
export function foreseen(board: ScalarsBoard, groups: readonly CardGroup[], { width, height }: Room): SeriesQuery[] {
  const { log, selection, settings } = board.page;
  if (board.follow !== null || (settings.linkZoom && board.linkedX !== null)) return [];
  const columns = columnsIn(width, board.cardWidth, GAP);
  const column = (width - GAP * (columns - 1)) / columns;
  const rows = Math.ceil(height / (board.cardHeight + FRAME + GAP));
  const inSight = groups.flatMap((group) => group.cards.map((subject): [CardSubject, CardGroup] => [subject, group])).slice(0, columns * rows);
  return inSight.map(([subject, group]) => {
    const own = board.arranged.settingsOf(group.id) ?? PLAIN_GROUP;
    const axis = axisWithin(board.axisOf(subject.key), own);
    const across = Math.min(columns, board.arranged.sizeOf(subject.key).columns || columns);
    return queryOf({
      series: subject.tags.flatMap((tag) => log.runsOf(tag).filter((run) => selection.isShown(run)).map((run) => ({ run, tag: tag.tag }))),
      axis: board.axis,
      logX: board.axis.x !== "wall" && (axis.xScale ?? settings.xScale) !== "linear",
      smoothing: own.smoothing ?? settings.smoothing,
      smoothingKind: settings.smoothingKind,
      widthPixels: across * (column + GAP) - GAP,
      fine: board.grouping !== null || subject.margins !== undefined,
      range: null,
    });
  });
}
