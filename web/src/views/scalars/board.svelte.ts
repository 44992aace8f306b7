/** What the cards of the Scalars view share: its choices (kept in the link), the loader, and which card the inspector is about. */

import { SvelteMap, SvelteSet } from "svelte/reactivity";
import type { Range } from "../../lib/range";
import type { PageState } from "../../state/context";
import { ArrangedCards } from "./arranged.svelte";
import { groupingOf, SPREADS, type Spread } from "./bands";
import { cardHeight, CARD_WIDTHS, sizeOf, type CardSize } from "./cardsize";
import type { GroupWish } from "./GroupTools.svelte";
import { isAsTheView, NO_OWN_AXIS, parseAxes, parsePins, parseRange, writeAxes, writePins, writeRange, type OwnAxis } from "./links";
import { SeriesLoader, type Horizontal } from "./loader";

export class ScalarsBoard {
  readonly page: PageState;
  readonly loader: SeriesLoader;

  /** Key of the card that the inspector shows. */
  inspected = $state<string | null>(null);
  readonly collapsed = new SvelteSet<string>();
  readonly arranged: ArrangedCards;
  /** Points outside the axes, by key of the cards in view. */
  readonly outside = new SvelteMap<string, number>();

  readonly outsideTotal = $derived([...this.outside.values()].reduce((sum, count) => sum + count, 0));

  constructor(page: PageState) {
    this.page = page;
    this.loader = new SeriesLoader(page.source);
    this.arranged = new ArrangedCards(page);
  }

  /** What stands on the horizontal axis; steps where this log has not the scalar that was chosen. */
  readonly axis = $derived.by<Horizontal>(() => {
    const { log, settings } = this.page;
    if (settings.xAxis !== "tag") return { x: settings.xAxis, tag: null };
    const there = log.tagsOf("scalar").some((one) => one.tag === settings.xTag);
    return there ? { x: "tag", tag: settings.xTag } : { x: "step", tag: null };
  });

  get filter(): string {
    return this.page.url.param("tags");
  }

  set filter(text: string) {
    this.page.url.setParam("tags", text);
  }

  get outliersClipped(): boolean {
    return this.page.url.param("outliers") !== "shown";
  }

  set outliersClipped(clipped: boolean) {
    this.page.url.setParam("outliers", clipped ? "" : "shown");
  }

  get rawShown(): boolean {
    return this.page.url.param("raw") !== "hidden";
  }

  set rawShown(shown: boolean) {
    this.page.url.setParam("raw", shown ? "" : "hidden");
  }

  /** Narrowest a card gets, in CSS pixels: as a link or a layout says, else as this browser keeps it. */
  get cardWidth(): number {
    const size = this.page.url.param("cards");
    return size === "small" || size === "large" ? CARD_WIDTHS[size] : this.page.settings.cardWidth;
  }

  /** How tall a chart is that has no size of its own, in CSS pixels. */
  get cardHeight(): number {
    return cardHeight(this.cardWidth);
  }

  /** The named size that the width is; null between them. */
  get cardSize(): CardSize | null {
    return sizeOf(this.cardWidth);
  }

  takeCardSize(size: CardSize): void {
    this.page.settings.cardWidth = CARD_WIDTHS[size];
    this.page.url.setParam("cards", size === "medium" ? "" : size);
  }

  /** Which page of a group is open where groups are shown page by page, by its id. */
  readonly groupPages = new SvelteMap<string, number>();

  /** How much of x, counted from its newest point, every chart shows that was not zoomed by hand; null: all. */
  get follow(): number | null {
    const length = Number(this.page.url.param("follow"));
    return length > 0 && Number.isFinite(length) ? length : null;
  }

  set follow(length: number | null) {
    this.page.url.setParam("follow", length === null ? "" : String(length));
  }

  /** The stretch of x that all charts show while their zoom is linked. */
  get linkedX(): Range | null {
    return parseRange(this.page.url.param("x"));
  }

  set linkedX(x: Range | null) {
    this.page.url.setParam("x", writeRange(x));
  }

  /** The stretch of x whose statistics are asked for, on every chart. */
  get range(): Range | null {
    return parseRange(this.page.url.param("range"));
  }

  set range(range: Range | null) {
    this.page.url.setParam("range", writeRange(range));
  }

  /** How runs are brought together: "" not at all, `folder`, `seed`, or a regular expression behind a slash. */
  get bands(): string {
    return this.page.url.param("bands");
  }

  set bands(choice: string) {
    this.page.url.setParam("bands", choice);
  }

  readonly grouping = $derived.by(() => groupingOf(this.bands));

  get spread(): Spread {
    const spread = this.page.url.param("spread");
    return SPREADS.find((one) => one === spread) ?? "sd";
  }

  set spread(spread: Spread) {
    this.page.url.setParam("spread", spread === "sd" ? "" : spread);
  }

  /** Segments of tags behind the first make groups within groups. */
  get nested(): boolean {
    return this.page.url.param("groups") !== "flat";
  }

  set nested(nested: boolean) {
    this.page.url.setParam("groups", nested ? "" : "flat");
  }

  /** Which dialog of sections, groups and layouts is open. */
  wish = $state.raw<GroupWish | null>(null);

  /** A drag marks a range instead of zooming. */
  marking = $state(false);
  rangeDialog = $state(false);
  followDialog = $state(false);

  mark(range: Range, done: boolean): void {
    this.range = this.axis.x === "step" ? [Math.round(range[0]), Math.round(range[1])] : range;
    if (done) this.marking = false;
  }

  /** Begins to mark a range; where there is one, takes it away. */
  toggleRange(): void {
    const on = this.marking || this.range !== null;
    this.marking = !on;
    if (on) this.range = null;
  }

  /** How the axes of a card were set; what is null is that of the view. */
  axisOf(key: string): OwnAxis {
    return this.#axes.get(key) ?? NO_OWN_AXIS;
  }

  setAxis(key: string, axis: OwnAxis): void {
    const axes = new Map(this.#axes);
    if (isAsTheView(axis)) axes.delete(key);
    else axes.set(key, axis);
    this.page.url.setParam("axes", writeAxes(axes));
  }

  /** Whether a card takes the full width. */
  isWide(key: string): boolean {
    return this.arranged.sizeOf(key).columns === 0;
  }

  toggleWide(key: string): void {
    this.arranged.resize(key, { ...this.arranged.sizeOf(key), columns: this.isWide(key) ? 1 : 0 });
  }

  toggleLog(key: string): void {
    const axis = this.axisOf(key);
    const log = (axis.scale ?? this.page.settings.yScale) === "log";
    this.setAxis(key, { ...axis, scale: log ? "linear" : "log" });
  }

  readonly #axes = $derived.by(() => parseAxes(this.page.url.param("axes")));

  get pins(): readonly string[] {
    return parsePins(this.page.url.param("pins"));
  }

  togglePin(tag: string): void {
    const pins = this.pins;
    const next = pins.includes(tag) ? pins.filter((pinned) => pinned !== tag) : [...pins, tag];
    this.page.url.setParam("pins", writePins(next));
  }
}
