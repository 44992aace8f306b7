/** What the cards of the Text view share; kept in the link. */

import { SvelteSet } from "svelte/reactivity";
import type { PageState } from "../../state/context";

export type TextMode = "all" | "step";

export class TextBoard {
  readonly page: PageState;
  readonly collapsed = new SvelteSet<string>();

  constructor(page: PageState) {
    this.page = page;
  }

  get filter(): string {
    return this.page.url.param("texts");
  }

  set filter(text: string) {
    this.page.url.setParam("texts", text);
  }

  /** What is looked for in the texts themselves. */
  get find(): string {
    return this.page.url.param("find");
  }

  set find(text: string) {
    this.page.url.setParam("find", text);
  }

  /** Every text of a tag, or the one of the page's step. */
  get mode(): TextMode {
    return this.page.url.param("textmode") === "step" ? "step" : "all";
  }

  set mode(mode: TextMode) {
    this.page.url.setParam("textmode", mode === "all" ? "" : mode);
  }

  get rendered(): boolean {
    return this.page.url.param("markdown") !== "off";
  }

  set rendered(rendered: boolean) {
    this.page.url.setParam("markdown", rendered ? "" : "off");
  }
}
