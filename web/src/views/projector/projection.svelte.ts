/** One projection in the server, as the page follows it. */

import type { DataSource, ProjectionProgress, ProjectionRequest } from "../../api/source";
import { messageOf } from "../../lib/messageof";

const POLL_MS = 120;

export class FollowedProjection {
  readonly #source: DataSource;

  /** How far it is; the layout that is shown stays in `columns` until there is another one. */
  progress = $state.raw<Omit<ProjectionProgress, "columns"> | null>(null);
  columns = $state.raw<readonly Float32Array[] | null>(null);
  error = $state<string | null>(null);
  /** Null while nothing was asked for. */
  id = $state<string | null>(null);

  #asked = "";
  #turn = 0;
  #version = 0;

  readonly running = $derived(this.error === null && (this.progress === null ? this.id !== null : this.progress.state === "waiting" || this.progress.state === "running"));

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** Starts what is asked for, of files of this version, unless it is what runs; what ran before is given up. */
  async start(request: ProjectionRequest, version = ""): Promise<void> {
    const asked = JSON.stringify([request, version]);
    if (asked === this.#asked && this.error === null) return;
    const turn = (this.#turn += 1);
    if (this.running && this.id !== null) void this.#source.stopProjection(this.id).catch(() => {});
    this.#asked = asked;
    this.error = null;
    this.progress = null;
    this.#version = 0;
    try {
      const id = await this.#source.startProjection(request);
      if (turn !== this.#turn) return;
      this.id = id;
      await this.#follow(id, turn);
    } catch (error) {
      if (turn === this.#turn) this.error = messageOf(error);
    }
  }

  /** Ends it; the layout reached stays. */
  async stop(): Promise<void> {
    if (this.id === null) return;
    try {
      const { columns: _, ...progress } = await this.#source.stopProjection(this.id);
      this.progress = progress;
    } catch (error) {
      this.error = messageOf(error);
    }
  }

  /** The view goes: what runs for nobody is stopped. */
  leave(): void {
    this.#turn += 1;
    if (this.running && this.id !== null) void this.#source.stopProjection(this.id).catch(() => {});
    this.#asked = "";
  }

  async #follow(id: string, turn: number): Promise<void> {
    for (;;) {
      const { columns, ...progress } = await this.#source.projection(id, this.#version);
      if (turn !== this.#turn) return;
      this.progress = progress;
      if (columns !== null) {
        this.#version = progress.version;
        this.columns = columns;
      }
      if (progress.state === "failed") this.error = progress.error ?? "The projection failed.";
      if (progress.state !== "waiting" && progress.state !== "running") return;
      await new Promise((done) => setTimeout(done, POLL_MS));
      if (turn !== this.#turn) return;
    }
  }
}
