/** One mesh of one run in the Mesh view: which of its samples is shown, and its shape. */

import type { LoadedMesh } from "../../api/source";
import { messageOf } from "../../lib/messageof";
import { SampleSeries } from "../../state/samples.svelte";
import type { MeshBoard } from "./board.svelte";

/** Vertices, faces and colours are series of their own; the steps are those of the vertices. */
export const VERTEX_ENDING = "_VERTEX";

export class MeshSeries extends SampleSeries {
  /** As it was logged, without the ending. */
  readonly name: string;
  shown = $state.raw<LoadedMesh | null>(null);
  failure = $state<string | null>(null);
  /** Which one of those that were logged together. */
  item = $state(0);

  constructor(board: MeshBoard, run: string, name: string) {
    super(board.page, board.steps, { run, tag: `${name}${VERTEX_ENDING}`, kind: "mesh" });
    this.name = name;
  }

  loadShown(): () => void {
    const { list, index, item } = this;
    if (list === null || index < 0) return () => {};
    const stop = new AbortController();
    this.page.source.mesh({ ...this.refOf(item, index), tag: this.name }, stop.signal).then(
      (mesh) => {
        if (stop.signal.aborted) return;
        this.failure = null;
        this.shown = mesh;
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        this.failure = messageOf(error);
        this.shown = null;
      },
    );
    return () => stop.abort();
  }
}
