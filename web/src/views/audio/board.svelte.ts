/** What the cards of the Audio view share: its choices (kept in the link), and the one player. */

import { SvelteSet } from "svelte/reactivity";
import type { PageState } from "../../state/context";
import { lasting } from "../../state/samples.svelte";
import { StepLinks } from "../../state/steplinks.svelte";
import { Player } from "./player.svelte";
import { AudioSeries } from "./series.svelte";

export type Picture = "both" | "waveform" | "spectrogram";

export class AudioBoard {
  readonly page: PageState;
  readonly steps: StepLinks;
  readonly player: Player;
  readonly collapsed = new SvelteSet<string>();
  readonly #series = new Map<string, AudioSeries>();
  /** The inspector shows this one. */
  inspected = $state.raw<AudioSeries | null>(null);

  constructor(page: PageState, player = new Player()) {
    this.page = page;
    this.steps = new StepLinks(page.url, "audio");
    this.player = player;
  }

  seriesOf(run: string, tag: string): AudioSeries {
    const key = JSON.stringify([run, tag]);
    const known = this.#series.get(key) ?? lasting(() => new AudioSeries(this, run, tag));
    this.#series.set(key, known);
    return known;
  }

  get filter(): string {
    return this.page.url.param("audio");
  }

  set filter(text: string) {
    this.page.url.setParam("audio", text);
  }

  get picture(): Picture {
    const picture = this.page.url.param("sound");
    return picture === "waveform" || picture === "spectrogram" ? picture : "both";
  }

  set picture(picture: Picture) {
    this.page.url.setParam("sound", picture === "both" ? "" : picture);
  }

  get loop(): boolean {
    return this.page.url.param("audioloop") === "true";
  }

  set loop(loop: boolean) {
    this.page.url.setParam("audioloop", loop ? "true" : "");
  }

  /** A sound that is started takes over where the one before it was. */
  get samePlace(): boolean {
    return this.page.url.param("audioplace") === "same";
  }

  set samePlace(same: boolean) {
    this.page.url.setParam("audioplace", same ? "same" : "");
  }
}
