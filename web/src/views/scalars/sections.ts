/** The cards of the Scalars view in their places: sections that a person made, then groups of tags as a tree. */

import { compareNatural } from "../../lib/natural";
import { sectionId, type Arrangement } from "./arrangement";
import type { CardSubject } from "./subjects";

export interface CardGroup {
  /** The path of a group of tags; `sectionId` of a section. */
  readonly id: string;
  readonly title: string;
  readonly section: boolean;
  readonly cards: readonly CardSubject[];
  readonly groups: readonly CardGroup[];
  /** Cards in it and in all groups below it. */
  readonly count: number;
}

/** A group within a group has at least this many cards; fewer stand in the group above. */
const FEWEST_NESTED = 2;

/** Deeper than this the headings say more than the charts. */
const DEEPEST = 6;

function ordered(cards: readonly CardSubject[], order: readonly string[] | undefined): CardSubject[] {
  const natural = [...cards].sort((a, b) => compareNatural(a.path, b.path));
  if (!order) return natural;
  const rank = new Map(order.map((key, index) => [key, index]));
  const named = natural.filter(({ key }) => rank.has(key)).sort((a, b) => (rank.get(a.key) as number) - (rank.get(b.key) as number));
  return [...named, ...natural.filter(({ key }) => !rank.has(key))];
}

/** The segments of a path that name its groups: all but its last; a path of one segment is a group of itself. */
function segmentsOf(path: string): string[] {
  const segments = path.split("/");
  return segments.length > 1 && segments[0] !== "" ? segments.slice(0, -1) : [segments.length > 1 ? path : (segments[0] ?? path)];
}

function groupOf(id: string, title: string, cards: readonly CardSubject[], depth: number, arrangement: Arrangement, nested: boolean): CardGroup {
  let level = depth;
  let own: CardSubject[] = [];
  let below = new Map<string, CardSubject[]>();
  if (nested) {
    // A single group that holds everything has no heading of its own.
    do {
      own = [];
      below = new Map();
      for (const card of cards) {
        const segments = segmentsOf(card.path);
        const next = segments[level];
        if (next === undefined || level >= DEEPEST) own.push(card);
        else below.set(next, [...(below.get(next) ?? []), card]);
      }
      level += 1;
    } while (own.length === 0 && below.size === 1);
    for (const [name, members] of below) {
      if (members.length >= FEWEST_NESTED) continue;
      own.push(...members);
      below.delete(name);
    }
  } else own = [...cards];
  const prefix = (cards[0] ? segmentsOf(cards[0].path) : []).slice(0, level - 1).join("/");
  const groups = [...below]
    .map(([name, members]) => groupOf(`${prefix}/${name}`, name, members, level, arrangement, nested))
    .sort((a, b) => compareNatural(a.title, b.title));
  return { id, title, section: false, cards: ordered(own, arrangement.order.get(id)), groups: inPlaces(groups, arrangement.places), count: cards.length };
}

function inPlaces(groups: readonly CardGroup[], places: readonly string[]): CardGroup[] {
  const rank = new Map(places.map((id, index) => [id, index]));
  const named = groups.filter(({ id }) => rank.has(id)).sort((a, b) => (rank.get(a.id) as number) - (rank.get(b.id) as number));
  return [...named, ...groups.filter(({ id }) => !rank.has(id))];
}

/** `nested` makes groups within groups of the segments behind the first. Sections stand first where nothing else was said; empty ones stay. */
export function groupsOf(cards: readonly CardSubject[], arrangement: Arrangement, { nested = true } = {}): CardGroup[] {
  const byKey = new Map(cards.map((card) => [card.key, card]));
  const placed = new Set(arrangement.sections.flatMap((section) => section.cards));
  const sections = arrangement.sections.map(({ name, cards: keys }): CardGroup => {
    const own = keys.flatMap((key) => byKey.get(key) ?? []);
    return { id: sectionId(name), title: name, section: true, cards: own, groups: [], count: own.length };
  });
  const byFirst = new Map<string, CardSubject[]>();
  for (const card of cards) {
    if (placed.has(card.key)) continue;
    const first = segmentsOf(card.path)[0] as string;
    const members = byFirst.get(first);
    if (members) members.push(card);
    else byFirst.set(first, [card]);
  }
  const groups = [...byFirst].map(([name, members]) => groupOf(name, name, members, 1, arrangement, nested)).sort((a, b) => compareNatural(a.title, b.title));
  return inPlaces([...sections, ...groups], arrangement.places);
}

/** Every group with those below it, a group before what it holds. */
export function flattened(groups: readonly CardGroup[]): CardGroup[] {
  return groups.flatMap((group) => [group, ...flattened(group.groups)]);
}

/** The group or section in which a card stands. */
export function placeOf(groups: readonly CardGroup[], key: string): CardGroup | null {
  return flattened(groups).find(({ cards }) => cards.some((card) => card.key === key)) ?? null;
}
