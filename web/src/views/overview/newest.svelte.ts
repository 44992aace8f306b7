/** The newest images of the log: the last sample of each tag, from the run that wrote it last, newest first. */

import { SourceError, type DataSource, type ImageRef, type RunInfo, type TagInfo } from "../../api/source";

export interface NewestImage {
  readonly ref: ImageRef;
  readonly step: number;
  readonly wallTime: number;
}

/** Tags that are asked for their last sample. */
const MOST_TAGS = 12;
const MOST_IMAGES = 12;

/** One series a tag: of the runs that have it, the one that wrote last. */
export function newestSeries(tags: readonly TagInfo[], runsOf: (tag: TagInfo) => readonly string[], infoOf: (run: string) => RunInfo | undefined): { run: string; tag: string }[] {
  const found = tags.flatMap((tag) => {
    let newest: RunInfo | undefined;
    for (const name of runsOf(tag)) {
      const run = infoOf(name);
      if (run && (newest === undefined || (run.last_wall_time ?? -Infinity) > (newest.last_wall_time ?? -Infinity))) newest = run;
    }
    return newest ? [{ run: newest.name, tag: tag.tag, at: newest.last_wall_time ?? -Infinity }] : [];
  });
  return found.sort((a, b) => b.at - a.at).slice(0, MOST_TAGS).map(({ run, tag }) => ({ run, tag }));
}

export class NewestImages {
  readonly #source: Pick<DataSource, "samples">;
  /** Null before the first answer. */
  images = $state.raw<readonly NewestImage[] | null>(null);
  #turn = 0;

  constructor(source: Pick<DataSource, "samples">) {
    this.#source = source;
  }

  /** What is there stays until the answers have come. */
  async load(series: readonly { readonly run: string; readonly tag: string }[]): Promise<void> {
    const turn = ++this.#turn;
    const lists = await Promise.all(series.map((one) => this.#samplesOf(one)));
    if (turn !== this.#turn) return;
    // The last of each tag first, then the ones before it: one tag alone fills the row with its last samples.
    const depth = Math.max(1, Math.ceil(MOST_IMAGES / Math.max(1, series.length)));
    this.images = lists.flatMap((images) => images.slice(-depth)).sort((a, b) => b.wallTime - a.wallTime).slice(0, MOST_IMAGES);
  }

  async #samplesOf({ run, tag }: { readonly run: string; readonly tag: string }): Promise<NewestImage[]> {
    try {
      const list = await this.#source.samples({ run, tag, kind: "image" });
      return list.steps.map((step, sample) => {
        const key = list.keys[sample];
        return { ref: { run, tag, sample, ...(key === undefined ? {} : { key }) }, step, wallTime: list.wall_times[sample] ?? 0 };
      });
    } catch (error) {
      // A run that was deleted meanwhile has no newest image; a server that is away is told of elsewhere.
      if (error instanceof SourceError) return [];
      throw error;
    }
  }
}
