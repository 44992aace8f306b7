/** The camera while it moves; the link has it once it rests, and a link that changes moves it. */

import { untrack } from "svelte";
import { readCamera, startCamera, writeCamera, type Camera } from "../../projector/camera";
import type { ProjectorLink } from "./link";

const REST_MS = 300;

export class LinkedCamera {
  current = $state.raw<Camera>(startCamera(2));
  #written = "";

  /** Call within an effect root. */
  keep(link: () => ProjectorLink, write: (camera: ProjectorLink["camera"]) => void): void {
    $effect(() => {
      const { camera, dimensions } = link();
      const text = JSON.stringify([camera, dimensions]);
      if (text === untrack(() => this.#written)) return;
      this.#written = text;
      this.current = (camera && readCamera(dimensions, camera)) ?? startCamera(dimensions);
    });
    $effect(() => {
      const camera = this.current;
      const timer = setTimeout(() => {
        const written = writeCamera(camera);
        const kept = JSON.stringify(written) === JSON.stringify(writeCamera(startCamera(camera.dimensions))) ? null : written;
        this.#written = JSON.stringify([kept, camera.dimensions]);
        const shown = link();
        if (camera.dimensions === shown.dimensions && JSON.stringify(shown.camera) !== JSON.stringify(kept)) write(kept);
      }, REST_MS);
      return () => clearTimeout(timer);
    });
  }
}
