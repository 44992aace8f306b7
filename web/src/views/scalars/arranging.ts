/** What a person does to an arrangement: each step gives the arrangement after it. */

import { isPlainGroup, MOST_TAGS, PLAIN_SIZE, sectionId, SHORTEST_CARD, TALLEST_CARD, type Arrangement, type CardSize, type ComposedChart, type GroupSettings } from "./arrangement";

/** A card as arranging knows it. */
export interface CardLike {
  readonly key: string;
  readonly tags: readonly { readonly tag: string }[];
}

const replaced = <Value>(map: ReadonlyMap<string, Value>, key: string, value: Value | null): Map<string, Value> => {
  const next = new Map(map);
  if (value === null) next.delete(key);
  else next.set(key, value);
  return next;
};

/** Everything that was said of the card `from` is said of `to`; with null it is forgotten. */
function renamed(arrangement: Arrangement, from: string, to: string | null): Arrangement {
  const keys = (all: readonly string[]) => [...new Set(all.flatMap((key) => (key !== from ? [key] : to === null ? [] : [to])))];
  const size = arrangement.sizes.get(from);
  let sizes = replaced(arrangement.sizes, from, null);
  if (to !== null && size) sizes = replaced(sizes, to, size);
  return {
    ...arrangement,
    sections: arrangement.sections.map((section) => ({ ...section, cards: keys(section.cards) })),
    order: new Map([...arrangement.order].map(([group, all]) => [group, keys(all)])),
    sizes,
  };
}

/** A name for a chart that neither another chart nor a tag has. */
export function freeId(arrangement: Arrangement, isTag: (name: string) => boolean): string {
  const taken = new Set(arrangement.charts.map(({ id }) => id));
  for (let number = 1; ; number += 1) {
    const id = `chart:${number}`;
    if (!taken.has(id) && !isTag(id)) return id;
  }
}

/** How many tags still find room in a card. */
export function roomIn(card: CardLike): number {
  return Math.max(0, MOST_TAGS - card.tags.length);
}

/** Puts tags into a card, which becomes a chart of several where it was none. Tags beyond `MOST_TAGS` are left out. */
export function withTags(arrangement: Arrangement, card: CardLike, tags: readonly string[], id: string): Arrangement {
  const own = arrangement.charts.find((chart) => chart.id === card.key);
  const all = [...new Set([...(own?.tags ?? card.tags.map(({ tag }) => tag)), ...tags])].slice(0, MOST_TAGS);
  if (own) return { ...arrangement, charts: arrangement.charts.map((chart) => (chart === own ? { ...own, tags: all } : chart)) };
  const made: ComposedChart = { id, title: "", tags: all, right: null, alone: false };
  return renamed({ ...arrangement, charts: [...arrangement.charts, made] }, card.key, id);
}

/** The card `moved` goes into the card `target`; a chart of several that went has no place any more. */
export function merged(arrangement: Arrangement, moved: CardLike, target: CardLike, id: string): Arrangement {
  const next = withTags(arrangement, target, moved.tags.map(({ tag }) => tag), id);
  return renamed({ ...next, charts: next.charts.filter((chart) => chart.id !== moved.key) }, moved.key, null);
}

/** A chart that loses its last but one tag is a card of that tag again. */
export function withoutTag(arrangement: Arrangement, id: string, tag: string): Arrangement {
  const chart = arrangement.charts.find((one) => one.id === id);
  if (!chart) return arrangement;
  const tags = chart.tags.filter((one) => one !== tag);
  if (tags.length > 1) {
    const right = chart.right?.filter((one) => one !== tag) ?? null;
    return { ...arrangement, charts: arrangement.charts.map((one) => (one === chart ? { ...chart, tags, right } : one)) };
  }
  return split(arrangement, id);
}

/** Every tag of the chart is a card of its own again. */
export function split(arrangement: Arrangement, id: string): Arrangement {
  const chart = arrangement.charts.find((one) => one.id === id);
  const [first] = chart?.tags ?? [];
  return renamed({ ...arrangement, charts: arrangement.charts.filter((one) => one !== chart) }, id, first ?? null);
}

export function changed(arrangement: Arrangement, id: string, change: Partial<Omit<ComposedChart, "id">>): Arrangement {
  return { ...arrangement, charts: arrangement.charts.map((chart) => (chart.id === id ? { ...chart, ...change } : chart)) };
}

/**
 * Moves a card into a section or group, before the card `before` or to the end. `shown` are the cards that stand there now, in order:
 * all that stand before the moved one keep their places by being named.
 */
export function moved(arrangement: Arrangement, key: string, to: { readonly group: string; readonly section: boolean }, before: string | null, shown: readonly string[]): Arrangement {
  const others = shown.filter((one) => one !== key);
  const at = before === null ? others.length : others.indexOf(before);
  const order = others.toSpliced(at < 0 ? others.length : at, 0, key);
  const sections = arrangement.sections.map((section) => {
    if (to.section && section.name === to.group) {
      // Cards whose tags are in no run that is shown keep their place in the section too.
      const hidden = section.cards.filter((card) => card !== key && !order.includes(card));
      return { ...section, cards: [...order, ...hidden] };
    }
    return { ...section, cards: section.cards.filter((card) => card !== key) };
  });
  return to.section ? { ...arrangement, sections } : { ...arrangement, sections, order: replaced(arrangement.order, to.group, order) };
}

export function withSection(arrangement: Arrangement, name: string): Arrangement {
  if (name === "" || arrangement.sections.some((section) => section.name === name)) return arrangement;
  return { ...arrangement, sections: [...arrangement.sections, { name, cards: [] }] };
}

/** Its cards go back to the groups of their tags. */
export function withoutSection(arrangement: Arrangement, name: string): Arrangement {
  return { ...arrangement, sections: arrangement.sections.filter((section) => section.name !== name), places: arrangement.places.filter((place) => place !== sectionId(name)), groups: replaced(arrangement.groups, sectionId(name), null) };
}

export function renamedSection(arrangement: Arrangement, from: string, to: string): Arrangement {
  if (to === "" || arrangement.sections.some((section) => section.name === to)) return arrangement;
  const settings = arrangement.groups.get(sectionId(from));
  const groups = replaced(arrangement.groups, sectionId(from), null);
  return {
    ...arrangement,
    sections: arrangement.sections.map((section) => (section.name === from ? { ...section, name: to } : section)),
    places: arrangement.places.map((place) => (place === sectionId(from) ? sectionId(to) : place)),
    groups: settings ? replaced(groups, sectionId(to), settings) : groups,
  };
}

/** Moves a section or group by `count` places among those that `shown` names. */
export function movedPlace(arrangement: Arrangement, name: string, count: number, shown: readonly string[]): Arrangement {
  const from = shown.indexOf(name);
  if (from < 0) return arrangement;
  const to = Math.min(shown.length - 1, Math.max(0, from + count));
  return { ...arrangement, places: shown.filter((one) => one !== name).toSpliced(to, 0, name) };
}

export function resized(arrangement: Arrangement, key: string, size: CardSize): Arrangement {
  const height = size.height === null ? null : Math.round(Math.min(TALLEST_CARD, Math.max(SHORTEST_CARD, size.height)));
  const plain = size.columns === PLAIN_SIZE.columns && height === null;
  return { ...arrangement, sizes: replaced(arrangement.sizes, key, plain ? null : { columns: Math.max(0, size.columns), height }) };
}

export function withGroup(arrangement: Arrangement, name: string, settings: GroupSettings): Arrangement {
  return { ...arrangement, groups: replaced(arrangement.groups, name, isPlainGroup(settings) ? null : settings) };
}
