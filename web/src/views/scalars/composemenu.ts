/** The commands of a card that put it together and move it. */

import type { MenuItem } from "../../ui/menu";
import type { ArrangedCards } from "./arranged.svelte";
import { roomIn } from "./arranging";
import { placeOf } from "./sections";
import type { CardSubject } from "./subjects";

export interface ComposeActions {
  addTag(): void;
  rename(): void;
}

export function composeMenu(arranged: ArrangedCards, subject: CardSubject, actions: ComposeActions): MenuItem[] {
  const { chart } = subject;
  const group = placeOf(arranged.groups, subject.key);
  const own = arranged.natural.get(subject.key);
  const elsewhere = arranged.groups.filter((one) => one.section && one.id !== group?.id);
  return [
    { label: "Add a tag…", separated: true, disabled: roomIn(subject) === 0, run: () => actions.addTag() },
    ...(chart
      ? [
          { label: "Title…", run: () => actions.rename() },
          { label: "Let the ranges choose the axis", checked: chart.right === null, run: () => arranged.change(subject, { right: chart.right === null ? [] : null }) },
          { label: "Its tags in charts of their own too", checked: chart.alone, run: () => arranged.change(subject, { alone: !chart.alone }) },
          { label: "Split into charts of one tag", run: () => arranged.split(subject) },
        ]
      : []),
    { label: "Move earlier", separated: true, disabled: !group || group.cards[0]?.key === subject.key, run: () => void (arranged.said = arranged.shift(subject, -1) ?? "") },
    { label: "Move later", disabled: !group || group.cards.at(-1)?.key === subject.key, run: () => void (arranged.said = arranged.shift(subject, 1) ?? "") },
    ...elsewhere.map((section) => ({ label: `Move to ${section.title}`, run: () => arranged.move(subject, section, null) })),
    ...(group?.section && own !== undefined ? [{ label: "Move back to its group", run: () => arranged.release(subject) }] : []),
  ];
}
