/** One tag of one run in the Video view: which of its samples is shown, and what is known of that one. */

import type { VideoFacts } from "../../api/source";
import { messageOf } from "../../lib/messageof";
import { SampleSeries } from "../../state/samples.svelte";
import type { VideoBoard } from "./board.svelte";

export interface ShownVideo {
  readonly index: number;
  readonly step: number;
  readonly url: string;
  readonly facts: VideoFacts;
}

export class VideoSeries extends SampleSeries {
  shown = $state.raw<ShownVideo | null>(null);
  failure = $state<string | null>(null);

  constructor(board: VideoBoard, run: string, tag: string) {
    super(board.page, board.steps, { run, tag, kind: "video" });
  }

  get url(): string {
    return this.list === null ? "" : this.page.source.videoUrl(this.refOf(0));
  }

  loadShown(): () => void {
    const { list, index } = this;
    if (list === null || index < 0) return () => {};
    const stop = new AbortController();
    const place = this.refOf(0, index);
    this.page.source.videoFacts(place, stop.signal).then(
      (facts) => {
        if (stop.signal.aborted) return;
        this.failure = null;
        this.shown = { index, step: list.steps[index]!, url: this.page.source.videoUrl(place), facts };
      },
      (error: unknown) => {
        if (!stop.signal.aborted) this.failure = messageOf(error);
      },
    );
    return () => stop.abort();
  }
}
