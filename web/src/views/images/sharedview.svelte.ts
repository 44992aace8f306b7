/** The zoom and the place that several panes share, and the pixel under the pointer in all of them. */

import { WHOLE, type Place, type View } from "./geometry";

export class SharedView {
  view = $state.raw<View>(WHOLE);
  /** In parts of the image's width and height: the same place in images of any size. */
  hover = $state.raw<Place | null>(null);
}
