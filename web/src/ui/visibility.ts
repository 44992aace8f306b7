/** Tells elements when they come into view and when they leave it; one observer for all of them. */

import { tick } from "svelte";
import type { Attachment } from "svelte/attachments";

/** Cards this far outside the window already load, so that scrolling meets them drawn. */
const MARGIN = "240px 0px";

const listeners = new WeakMap<Element, (visible: boolean) => void>();
let observer: IntersectionObserver | undefined;
const fresh = new Set<Element>();

/** What an element scrolls in; the window where nothing else does. */
function clipOf(element: Element): { readonly top: number; readonly bottom: number } {
  for (let around = element.parentElement; around; around = around.parentElement) {
    if (getComputedStyle(around).overflowY !== "visible") return around.getBoundingClientRect();
  }
  return { top: 0, bottom: window.innerHeight };
}

/** The observer tells after a frame has been drawn; what begins in view is told before, so that no frame of empty cards is. */
async function tellFresh(): Promise<void> {
  await tick();
  // Cards of a group stand in one box.
  const clips = new Map<Element | null, ReturnType<typeof clipOf>>();
  const within = [...fresh].filter((element) => {
    const clip = clips.get(element.parentElement) ?? clipOf(element);
    clips.set(element.parentElement, clip);
    const { top, bottom, width } = element.getBoundingClientRect();
    return width > 0 && bottom > clip.top && top < clip.bottom;
  });
  fresh.clear();
  for (const element of within) listeners.get(element)?.(true);
}

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
    if (fresh.size === 0) void tellFresh();
    fresh.add(element);
    return () => {
      fresh.delete(element);
      observer?.unobserve(element);
      listeners.delete(element);
    };
  };
}
