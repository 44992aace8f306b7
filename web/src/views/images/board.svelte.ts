/** What the cards of the Images view share: its choices (kept in the link), the store, and which series fills the screen. */

import { SvelteSet } from "svelte/reactivity";
import type { PageState } from "../../state/context";
import type { ImageSeries } from "./series.svelte";
import { ImageStore } from "./store";

export type PixelChoice = "auto" | "crisp" | "smooth";

export class ImagesBoard {
  readonly page: PageState;
  readonly store: ImageStore;
  readonly collapsed = new SvelteSet<string>();
  /** Fills the screen. */
  opened = $state.raw<{ series: ImageSeries; item: number } | null>(null);
  /** The inspector shows this one. */
  inspected = $state.raw<ImageSeries | null>(null);

  constructor(page: PageState) {
    this.page = page;
    this.store = new ImageStore(page.source);
  }

  get filter(): string {
    return this.page.url.param("images");
  }

  set filter(text: string) {
    this.page.url.setParam("images", text);
  }

  /** All cards show the page's step. */
  get linked(): boolean {
    return this.page.url.param("imagestep") !== "own";
  }

  set linked(linked: boolean) {
    this.page.url.setParam("imagestep", linked ? "" : "own");
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
