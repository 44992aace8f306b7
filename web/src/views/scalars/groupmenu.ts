/** The commands of a section or a group of cards. */

import type { MenuItem } from "../../ui/menu";
import type { ScalarsBoard } from "./board.svelte";
import type { CardGroup } from "./sections";

export function groupMenu(board: ScalarsBoard, group: CardGroup, siblings: readonly CardGroup[]): MenuItem[] {
  const { arranged } = board;
  const move = (count: number) => () => arranged.movePlace(group, count, siblings);
  const edge = (index: number) => siblings.at(index)?.id === group.id;
  return [
    { label: "Axis and smoothing of its charts…", run: () => void (board.wish = { kind: "settings", group }) },
    { label: "Move up", separated: true, disabled: edge(0), run: move(-1) },
    { label: "Move down", disabled: edge(-1), run: move(1) },
    ...(group.section
      ? [
          { label: "Rename…", run: () => void (board.wish = { kind: "rename", group }) },
          { label: "Take the section away", run: () => arranged.removeSection(group.title) },
        ]
      : []),
  ];
}
