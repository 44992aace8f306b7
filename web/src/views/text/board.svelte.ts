/** What the cards of the Text view share; kept in the link. */

import { SvelteSet } from "svelte/reactivity";
import type { PageState } from "../../state/context";

export type TextMode = "all" | "step" | "changes";

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

  /** Every text of a tag, the one of the page's step, or what changed there. */
  get mode(): TextMode {
    const mode = this.page.url.param("textmode");
    return mode === "step" || mode === "changes" ? mode : "all";
  }

  set mode(mode: TextMode) {
    this.page.url.setParam("textmode", mode === "all" ? "" : mode);
  }

  /** The run whose texts others are compared with; empty: each with the one before it. */
  get against(): string {
    return this.page.url.param("against");
  }

  set against(run: string) {
    this.page.url.setParam("against", run);
  }

  get rendered(): boolean {
    return this.page.url.param("markdown") !== "off";
  }

  set rendered(rendered: boolean) {
    this.page.url.setParam("markdown", rendered ? "" : "off");
  }
}
