/** What the cards of the Images view share: its choices (kept in the link), the store, and which image fills the screen. */

import { SvelteSet } from "svelte/reactivity";
import type { PageState } from "../../state/context";
import { lasting } from "../../state/samples.svelte";
import { StepLinks } from "../../state/steplinks.svelte";
import { Comparing } from "./comparing.svelte";
import { ImageSeries } from "./series.svelte";
import { ImageStore } from "./store";

export type PixelChoice = "auto" | "crisp" | "smooth";
export type Layout = "cards" | "compare";

/** An image that fills the screen; without a run those of every run shown. */
export interface Opened {
  readonly tag: string;
  readonly run: string;
  readonly item: number;
}

export class ImagesBoard {
  readonly page: PageState;
  readonly store: ImageStore;
  readonly steps: StepLinks;
  readonly comparing: Comparing;
  readonly collapsed = new SvelteSet<string>();
  readonly #series = new Map<string, ImageSeries>();
  /** The inspector shows this one. */
  inspected = $state.raw<ImageSeries | null>(null);

  constructor(page: PageState) {
    this.page = page;
    this.store = new ImageStore(page.source);
    this.steps = new StepLinks(page.url, "image");
    this.comparing = new Comparing(page.url);
  }

  /** One and the same for a card, a comparison and the full screen. */
  seriesOf(run: string, tag: string): ImageSeries {
    const key = JSON.stringify([run, tag]);
    const known = this.#series.get(key) ?? lasting(() => new ImageSeries(this, run, tag));
    this.#series.set(key, known);
    return known;
  }

  get filter(): string {
    return this.page.url.param("images");
  }

  set filter(text: string) {
    this.page.url.setParam("images", text);
  }

  /** A card for each run, or the runs of a tag beside each other in one card. */
  get layout(): Layout {
    return this.page.url.param("imagelayout") === "compare" ? "compare" : "cards";
  }

  set layout(layout: Layout) {
    this.page.url.setParam("imagelayout", layout === "compare" ? "compare" : "");
  }

  readonly opened = $derived.by<Opened | null>(() => parseOpened(this.page.url.param("image")));

  open(opened: Opened | null): void {
    this.page.url.setParam("image", opened === null ? "" : JSON.stringify([opened.tag, opened.run, opened.item]));
  }

  get pixels(): PixelChoice {
    const choice = this.page.url.param("pixels");
    return choice === "crisp" || choice === "smooth" ? choice : "auto";
  }

  set pixels(choice: PixelChoice) {
    this.page.url.setParam("pixels", choice === "auto" ? "" : choice);
  }

  get cssFilter(): string {
    const { imageBrightness, imageContrast } = this.page.settings;
    return imageBrightness === 1 && imageContrast === 1 ? "none" : `brightness(${imageBrightness}) contrast(${imageContrast})`;
  }
}

/** `[tag, run, item]`; null for anything else, so that a link that was cut still opens. */
export function parseOpened(text: string): Opened | null {
  try {
    const [tag, run, item] = JSON.parse(text || "null") as unknown[];
    if (typeof tag !== "string" || typeof run !== "string") return null;
    return { tag, run, item: Number.isInteger(item) && (item as number) >= 0 ? (item as number) : 0 };
  } catch {
    return null;
  }
}
