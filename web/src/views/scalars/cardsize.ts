/** How wide and tall the charts of the view are. */

export type CardSize = "small" | "medium" | "large";

/** Narrowest a card gets, in CSS pixels. */
export const CARD_WIDTHS: Readonly<Record<CardSize, number>> = { small: 250, medium: 340, large: 560 };
const HEIGHTS: Readonly<Record<CardSize, number>> = { small: 150, medium: 206, large: 320 };

export function sizeOf(width: number): CardSize | null {
  return (Object.keys(CARD_WIDTHS) as CardSize[]).find((size) => CARD_WIDTHS[size] === width) ?? null;
}

/** Height of the chart in a card of this width; between and beyond the named sizes in proportion. */
export function cardHeight(width: number): number {
  const [from, to] = width <= CARD_WIDTHS.medium ? (["small", "medium"] as const) : (["medium", "large"] as const);
  const share = (width - CARD_WIDTHS[from]) / (CARD_WIDTHS[to] - CARD_WIDTHS[from]);
  return Math.round(HEIGHTS[from] + share * (HEIGHTS[to] - HEIGHTS[from]));
}
