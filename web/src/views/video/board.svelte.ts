/** What the cards of the Video view share: its choices, kept in the link. */

import { SvelteSet } from "svelte/reactivity";
import type { PageState } from "../../state/context";
import { lasting } from "../../state/samples.svelte";
import { StepLinks } from "../../state/steplinks.svelte";
import { VideoSeries } from "./series.svelte";

export const SPEEDS: readonly number[] = [0.1, 0.25, 0.5, 1, 2, 4];

export class VideoBoard {
  readonly page: PageState;
  readonly steps: StepLinks;
  readonly collapsed = new SvelteSet<string>();
  readonly #series = new Map<string, VideoSeries>();

  constructor(page: PageState) {
    this.page = page;
    this.steps = new StepLinks(page.url, "video");
  }

  seriesOf(run: string, tag: string): VideoSeries {
    const key = JSON.stringify([run, tag]);
    const known = this.#series.get(key) ?? lasting(() => new VideoSeries(this, run, tag));
    this.#series.set(key, known);
    return known;
  }

  get filter(): string {
    return this.page.url.param("videos");
  }

  set filter(text: string) {
    this.page.url.setParam("videos", text);
  }

  get speed(): number {
    const speed = Number(this.page.url.param("speed"));
    return SPEEDS.includes(speed) ? speed : 1;
  }

  set speed(speed: number) {
    this.page.url.setParam("speed", speed === 1 ? "" : String(speed));
  }

  get loop(): boolean {
    return this.page.url.param("videoloop") !== "false";
  }

  set loop(loop: boolean) {
    this.page.url.setParam("videoloop", loop ? "" : "false");
  }
}
