/** What a card shows: one tag, or the training and the validation side of one quantity. */

import type { TagInfo } from "../../api/source";
import { sideOf, type Side } from "../../lib/sides";
import type { ComposedChart } from "./arrangement";
import type { Margin } from "./margins";

export interface CardSubject {
  /** Names the card in links; the tag itself where there is one. */
  readonly key: string;
  readonly title: string;
  /** Path that the card is grouped and ordered by. */
  readonly path: string;
  /** The first is drawn solid. */
  readonly tags: readonly TagInfo[];
  /** What tells the tags apart, one for each; empty where there is one tag. */
  readonly roles: readonly string[];
  /** A chart that a person put together. */
  readonly chart?: ComposedChart;
  /** Tags that it names and the log has not. */
  readonly missing?: readonly string[];
  /** Its lines are made of three tags each. */
  readonly margins?: readonly Margin[];
}

/** More dashes cannot be told apart. */
const MOST_TAGS = 3;

function single(tag: TagInfo): CardSubject {
  return { key: tag.tag, title: tag.display_name || tag.tag, path: tag.tag, tags: [tag], roles: [] };
}

function together(stem: string, sides: readonly (readonly [Side, TagInfo])[]): CardSubject {
  const ordered = [...sides].sort(([a], [b]) => a.rank - b.rank).slice(0, MOST_TAGS);
  const roles = ordered.map(([side]) => side.word);
  const tags = ordered.map(([, tag]) => tag);
  const listed = roles.length > 2 ? `${roles.slice(0, -1).join(", ")} and ${roles.at(-1)}` : roles.join(" and ");
  return { key: tags.map((tag) => tag.tag).join(" & "), title: `${stem}: ${listed}`, path: stem, tags, roles };
}

/** One card a tag; where `paired`, training and held-out tags of one quantity share a card. Tags keep their order. */
export function subjectsOf(tags: readonly TagInfo[], paired: boolean): CardSubject[] {
  if (!paired) return tags.map(single);
  const sides = new Map(tags.map((tag) => [tag, sideOf(tag.tag)]));
  const byStem = new Map<string, (readonly [Side, TagInfo])[]>();
  for (const [tag, side] of sides) {
    if (side) byStem.set(side.stem, [...(byStem.get(side.stem) ?? []), [side, tag]]);
  }
  const subjects: CardSubject[] = [];
  const made = new Set<string>();
  for (const tag of tags) {
    const side = sides.get(tag);
    const members = side ? (byStem.get(side.stem) ?? []) : [];
    const complete = members.some(([{ rank }]) => rank === 0) && members.some(([{ rank }]) => rank > 0);
    if (!side || !complete) subjects.push(single(tag));
    else if (!made.has(side.stem)) {
      made.add(side.stem);
      const pair = together(side.stem, members);
      subjects.push(pair, ...members.filter(([, member]) => !pair.tags.includes(member)).map(([, member]) => single(member)));
    }
  }
  return subjects;
}
