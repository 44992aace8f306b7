/** Dragging cards by their titles: into another card, between two, or into a section. The browser's own drag and drop is wrapped here alone. */

import { draggable, dropTargetForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import type { Attachment } from "svelte/attachments";

export type DropZone = "before" | "into" | "after";

/** Share of a card's width at each side at which a drop lands beside it. */
const EDGE_SHARE = 0.22;

/** Where in a card a pointer at `x` of its `width` drops; null where it may not. */
export function zoneAt(x: number, width: number, { beside, into }: { beside: boolean; into: boolean }): DropZone | null {
  const share = x / width;
  if (!beside) return into ? "into" : null;
  if (!into) return share < 0.5 ? "before" : "after";
  return share < EDGE_SHARE ? "before" : share > 1 - EDGE_SHARE ? "after" : "into";
}

/** Makes an element the handle by which the card `key` is dragged. */
export function cardHandle(key: () => string, dragged: (key: string | null) => void): Attachment<HTMLElement> {
  return (element) =>
    draggable({
      element,
      // Its buttons are pressed, not dragged.
      canDrag: ({ input }) => !document.elementFromPoint(input.clientX, input.clientY)?.closest("button"),
      getInitialData: () => ({ card: key() }),
      onDragStart: () => dragged(key()),
      // The card is told of the end of its drag before the place that takes it.
      onDrop: () => queueMicrotask(() => dragged(null)),
    });
}

export interface DropHandlers {
  /** Where the dragged card would land; null where not here. `width` and `x` are in CSS pixels. */
  zone(key: string, x: number, width: number): DropZone | null;
  over(zone: DropZone | null): void;
  drop(key: string, zone: DropZone): void;
}

/** Makes an element a place to drop cards; where places lie within one another the innermost counts. */
export function dropPlace(handlers: DropHandlers): Attachment<HTMLElement> {
  return (element) => {
    type Args = { source: { data: Record<string, unknown> }; location: { current: { input: { clientX: number }; dropTargets: readonly { element: Element }[] } } };
    const keyOf = ({ source }: Pick<Args, "source">) => (typeof source.data["card"] === "string" ? source.data["card"] : null);
    const zone = (args: Args): DropZone | null => {
      const key = keyOf(args);
      if (key === null || args.location.current.dropTargets[0]?.element !== element) return null;
      const { left, width } = element.getBoundingClientRect();
      return handlers.zone(key, args.location.current.input.clientX - left, width);
    };
    const stop = dropTargetForElements({
      element,
      canDrop: (args) => keyOf(args) !== null,
      onDrag: (args) => handlers.over(zone(args)),
      onDragEnter: (args) => handlers.over(zone(args)),
      onDropTargetChange: (args) => handlers.over(zone(args)),
      onDragLeave: () => handlers.over(null),
      onDrop: (args) => {
        handlers.over(null);
        const at = zone(args);
        const key = keyOf(args);
        if (at !== null && key !== null) handlers.drop(key, at);
      },
    });
    return () => stop();
  };
}
