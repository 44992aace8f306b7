/** The arrangement of the cards, kept in the link, and the last step that can be taken back. */

import { untrack } from "svelte";
import type { PageState } from "../../state/context";
import { parseArrangement, PLAIN_GROUP, PLAIN_SIZE, writeArrangement, type Arrangement, type CardSize, type GroupSettings } from "./arrangement";
import { changed, freeId, merged, moved, movedPlace, renamedSection, resized, split, withGroup, withoutSection, withoutTag, withSection, withTags, type CardLike } from "./arranging";
import { LAYOUT_PARAMS, layoutOf, type Layout } from "./layouts";
import { parseAxes, parsePins, writeAxes, writePins } from "./links";
import { placeOf, type CardGroup } from "./sections";
import type { CardSubject } from "./subjects";

export class ArrangedCards {
  readonly #page: PageState;
  /** As they stand on the page; the view sets them. */
  groups = $state.raw<readonly CardGroup[]>([]);
  /** The group that a card goes to when it is in no section. */
  natural = $state.raw<ReadonlyMap<string, string>>(new Map());
  /** What was done last, in words, and the layout before it. */
  last = $state.raw<{ readonly text: string; readonly before: Layout } | null>(null);
  /** Where a card moved by keys stands, for people who do not see it. */
  said = $state("");
  /** What is being dragged. */
  dragged = $state.raw<CardSubject | null>(null);

  readonly now = $derived.by<Arrangement>(() => parseArrangement(this.#page.url.param("layout")));

  constructor(page: PageState) {
    this.#page = page;
  }

  get layout(): Layout {
    return layoutOf((name) => this.#page.url.param(name));
  }

  apply(layout: Layout): void {
    for (const name of LAYOUT_PARAMS) this.#page.url.setParam(name, layout[name] ?? "");
    this.last = null;
  }

  reset(): void {
    const before = this.layout;
    this.apply({});
    this.last = { text: "The layout was reset.", before };
  }

  undo(): void {
    if (this.last) this.apply(this.last.before);
  }

  sizeOf(key: string): CardSize {
    return this.now.sizes.get(key) ?? PLAIN_SIZE;
  }

  settingsOf(group: string): GroupSettings {
    return this.now.groups.get(group) ?? PLAIN_GROUP;
  }

  resize(key: string, size: CardSize): void {
    this.#set(resized(this.now, key, size), null);
  }

  setGroup(group: string, settings: GroupSettings): void {
    this.#set(withGroup(this.now, group, settings), null);
  }

  /** Puts tags into a card. */
  add(card: CardSubject, tags: readonly string[]): void {
    const id = this.#freeId();
    this.#rename(card.key, card.chart ? card.key : id, withTags(this.now, asLike(card), tags, id), `${tags.join(", ")} was put into ${card.title}.`);
  }

  /** The card `from` goes into the card `into`. */
  merge(from: CardSubject, into: CardSubject): void {
    const id = this.#freeId();
    this.#rename(into.key, into.chart ? into.key : id, merged(this.now, asLike(from), asLike(into), id), `${from.title} was put into ${into.title}.`);
  }

  remove(card: CardSubject, tag: string): void {
    const next = withoutTag(this.now, card.key, tag);
    const gone = !next.charts.some(({ id }) => id === card.key);
    this.#rename(card.key, gone ? (card.chart?.tags.find((one) => one !== tag) ?? card.key) : card.key, next, `${tag} was taken out of ${card.title}.`);
  }

  split(card: CardSubject): void {
    this.#rename(card.key, card.chart?.tags[0] ?? card.key, split(this.now, card.key), `${card.title} was split into charts of one tag.`);
  }

  change(card: CardSubject, change: Parameters<typeof changed>[2]): void {
    this.#set(changed(this.now, card.key, change), null);
  }

  /** Moves a card to a place in a group, before another card or to the end. */
  move(card: CardSubject, group: CardGroup, before: string | null): void {
    const shown = group.cards.map(({ key }) => key);
    this.#set(moved(this.now, card.key, { group: group.section ? group.title : group.id, section: group.section }, before, shown), `${card.title} was moved${placeOf(this.groups, card.key)?.id === group.id ? "" : ` to ${group.title}`}.`);
  }

  /** Takes a card out of its section: it stands in the group of its tag again. */
  release(card: CardSubject): void {
    const sections = this.now.sections.map((section) => ({ ...section, cards: section.cards.filter((key) => key !== card.key) }));
    this.#set({ ...this.now, sections }, `${card.title} is back in its group.`);
  }

  /** Moves a card by places within its group; says where it stands then. */
  shift(card: CardSubject, count: number): string | null {
    const group = placeOf(this.groups, card.key);
    if (!group) return null;
    const others = group.cards.filter(({ key }) => key !== card.key);
    const from = group.cards.findIndex(({ key }) => key === card.key);
    const to = Math.min(others.length, Math.max(0, from + count));
    if (to === from) return `${card.title} stays ${from === 0 ? "first" : "last"} of ${group.title}.`;
    this.move(card, group, others[to]?.key ?? null);
    return `${card.title}, ${to + 1} of ${group.cards.length} in ${group.title}.`;
  }

  /** Whether a card may stand in a group: in any section, and in the group of its own tag. */
  fits(key: string, group: CardGroup): boolean {
    return group.section || this.natural.get(key) === group.id;
  }

  addSection(name: string): void {
    this.#set(withSection(this.now, name), `The section ${name} was made.`);
  }

  removeSection(name: string): void {
    this.#set(withoutSection(this.now, name), `The section ${name} was taken away; its cards are back in their groups.`);
  }

  renameSection(from: string, to: string): void {
    this.#set(renamedSection(this.now, from, to), null);
  }

  movePlace(group: CardGroup, count: number, siblings: readonly CardGroup[]): void {
    this.#set(movedPlace(this.now, group.id, count, siblings.map(({ id }) => id)), `${group.title} was moved.`);
  }

  #freeId(): string {
    const tags = new Set(this.#page.log.tagsOf("scalar").map(({ tag }) => tag));
    return freeId(this.now, (name) => tags.has(name));
  }

  /** Where a card goes on under another key, what the link says of the card goes with it. */
  #rename(from: string, to: string, next: Arrangement, text: string): void {
    const before = this.layout;
    if (from !== to) {
      const pins = parsePins(before.pins ?? "");
      this.#page.url.setParam("pins", writePins([...new Set(pins.map((pin) => (pin === from ? to : pin)))]));
      const axes = parseAxes(before.axes ?? "");
      this.#page.url.setParam("axes", writeAxes(new Map([...axes].map(([key, axis]) => [key === from ? to : key, axis]))));
    }
    this.#page.url.setParam("layout", writeArrangement(next));
    this.last = { text, before };
  }

  #set(next: Arrangement, text: string | null): void {
    const before = untrack(() => this.layout);
    this.#page.url.setParam("layout", writeArrangement(next));
    this.last = text === null ? null : { text, before };
  }
}

const asLike = ({ key, tags, chart }: CardSubject): CardLike => ({ key, tags: chart ? chart.tags.map((tag) => ({ tag })) : tags });

