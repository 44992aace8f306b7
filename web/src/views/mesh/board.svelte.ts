/** What the cards of the Mesh view share: the camera, how surfaces are drawn, their steps. */

import { SvelteSet } from "svelte/reactivity";
import { readCamera, startCamera, writeCamera, type Camera } from "../../projector/camera";
import type { MeshStudio } from "../../projector/meshscene";
import type { PageState } from "../../state/context";
import { lasting } from "../../state/samples.svelte";
import { StepLinks } from "../../state/steplinks.svelte";
import { MeshSeries } from "./series.svelte";

const WRITE_DELAY_MS = 300;

export class MeshBoard {
  readonly page: PageState;
  readonly steps: StepLinks;
  readonly collapsed = new SvelteSet<string>();
  studio = $state.raw<MeshStudio | null>(null);
  /** Why nothing can be drawn. */
  failure = $state<string | null>(null);
  #camera = $state.raw<Camera>(startCamera(3));
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #series = new Map<string, MeshSeries>();

  constructor(page: PageState) {
    this.page = page;
    this.steps = new StepLinks(page.url, "mesh");
    let written: unknown = null;
    try {
      written = JSON.parse(page.url.param("meshcamera") || "null");
    } catch {
      // cut short
    }
    this.#camera = readCamera(3, written) ?? startCamera(3);
  }

  /** One for all cards. */
  get camera(): Camera {
    return this.#camera;
  }

  set camera(camera: Camera) {
    this.#camera = camera;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const written = JSON.stringify(writeCamera(camera));
      this.page.url.setParam("meshcamera", written === JSON.stringify(writeCamera(startCamera(3))) ? "" : written);
    }, WRITE_DELAY_MS);
  }

  get filter(): string {
    return this.page.url.param("meshes");
  }

  set filter(text: string) {
    this.page.url.setParam("meshes", text);
  }

  get wireframe(): boolean {
    return this.page.url.param("wireframe") === "true";
  }

  set wireframe(on: boolean) {
    this.page.url.setParam("wireframe", on ? "true" : "");
  }

  seriesOf(run: string, tag: string): MeshSeries {
    const key = JSON.stringify([run, tag]);
    const known = this.#series.get(key) ?? lasting(() => new MeshSeries(this, run, tag));
    this.#series.set(key, known);
    return known;
  }

  /** Loads what draws; returns what gives it up. */
  open(): () => void {
    let gone = false;
    import("../../projector/meshscene").then(
      ({ MeshStudio }) => {
        if (gone) return;
        try {
          this.studio = new MeshStudio();
        } catch {
          this.failure = "This browser draws no WebGL, which meshes need.";
        }
      },
      (error: unknown) => (this.failure = `The drawing of meshes could not be loaded: ${String(error)}`),
    );
    return () => {
      gone = true;
      clearTimeout(this.#timer);
      this.studio?.dispose();
    };
  }
}
