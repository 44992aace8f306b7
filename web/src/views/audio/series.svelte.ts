/** One tag of one run in the Audio view: which of its samples is shown, and the sound of that one. */

import { formatBytes } from "../../lib/format";
import { messageOf } from "../../lib/messageof";
import { SampleSeries } from "../../state/samples.svelte";
import type { AudioBoard } from "./board.svelte";
import { decodeClip, type Clip } from "./clip";
import { loudnessOf, type Loudness } from "./loudness";

export interface ShownClip {
  readonly index: number;
  readonly step: number;
  readonly item: number;
  readonly itemCount: number;
  readonly clip: Clip;
  /** One a channel. */
  readonly loudness: readonly Loudness[];
  readonly url: string;
  readonly byteCount: number;
  readonly mediaType: string;
}

export class AudioSeries extends SampleSeries {
  shown = $state.raw<ShownClip | null>(null);
  failure = $state<string | null>(null);
  /** Which clip of a sample that holds several. */
  item = $state(0);

  constructor(board: AudioBoard, run: string, tag: string) {
    super(board.page, board.steps, { run, tag, kind: "audio" });
  }

  get url(): string {
    return this.list === null ? "" : this.page.source.audioUrl(this.refOf(this.item));
  }

  loadShown(): () => void {
    const { list, index, item } = this;
    if (list === null || index < 0) return () => {};
    const stop = new AbortController();
    this.#load(list.steps[index]!, index, item, stop.signal).then(
      (shown) => {
        if (stop.signal.aborted) return;
        this.failure = null;
        this.shown = shown;
      },
      (error: unknown) => {
        if (!stop.signal.aborted) this.failure = messageOf(error);
      },
    );
    return () => stop.abort();
  }

  async #load(step: number, index: number, item: number, signal: AbortSignal): Promise<ShownClip> {
    const place = this.refOf(item, index);
    const { bytes, media_type: mediaType, item_count: itemCount } = await this.page.source.audio(place, signal);
    let clip: Clip;
    try {
      clip = await decodeClip(bytes, mediaType);
    } catch (error) {
      const why = messageOf(error);
      throw new Error(`This sound cannot be decoded: ${mediaType || "bytes"} of ${formatBytes(bytes.byteLength)}, ${why}.`, { cause: error });
    }
    const loudness = clip.channels.map((samples) => loudnessOf(samples, clip.fullScale));
    return { index, step, item, itemCount, clip, loudness, url: this.page.source.audioUrl(place), byteCount: bytes.byteLength, mediaType };
  }
}
