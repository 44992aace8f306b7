/** Tells elements when they come into view and when they leave it; one observer for all of them. */

import type { Attachment } from "svelte/attachments";

/** Cards this far outside the window already load, so that scrolling meets them drawn. */
const MARGIN = "240px 0px";

const listeners = new WeakMap<Element, (visible: boolean) => void>();
let observer: IntersectionObserver | undefined;

export function whenVisible(listener: (visible: boolean) => void): Attachment {
  return (element) => {
    observer ??= new IntersectionObserver(
      (entries) => {
        for (const entry of entries) listeners.get(entry.target)?.(entry.isIntersecting);
      },
      { rootMargin: MARGIN },
    );
    listeners.set(element, listener);
    observer.observe(element);
    return () => {
      observer?.unobserve(element);
      listeners.delete(element);
    };
  };
}
