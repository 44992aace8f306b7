/** Marks what was searched for in a text that is laid out. The text's own elements stay as they were cleaned: only ranges are drawn over. */

import type { TextFilter } from "../../lib/textfilter";

/** The name by which styles speak of it. */
export const FOUND = "found-text";
/** In one text; a person looks at the first ones. */
const MOST = 500;
/** Elements within which words belong together. */
const INLINE = "a, b, strong, em, i, code, span, s, del, ins, u, sub, sup, kbd, samp, var, mark, small, q, abbr, cite, math *";

/** Marks what `find` finds below `root`, and gives what takes the marks away again. Browsers without highlights show none. */
export function markFound(root: HTMLElement, find: TextFilter | null): () => void {
  if (find === null || typeof Highlight === "undefined" || !CSS.highlights) return () => {};
  const ranges = rangesOf(root, find);
  if (ranges.length === 0) return () => {};
  const shared = CSS.highlights.get(FOUND) ?? new Highlight();
  CSS.highlights.set(FOUND, shared);
  for (const range of ranges) shared.add(range);
  return () => ranges.forEach((range) => shared.delete(range));
}

function rangesOf(root: HTMLElement, find: TextFilter): Range[] {
  const { text, nodes, starts } = textBelow(root);
  const ranges: Range[] = [];
  let at = 0;
  for (const [begin, end] of find.spans(text, MOST)) {
    while (at + 1 < nodes.length && (starts[at + 1] as number) <= begin) at += 1;
    let last = at;
    while (last + 1 < nodes.length && (starts[last + 1] as number) < end) last += 1;
    const [from, to] = [nodes[at] as Text, nodes[last] as Text];
    const range = document.createRange();
    range.setStart(from, Math.min(begin - (starts[at] as number), from.length));
    range.setEnd(to, Math.min(end - (starts[last] as number), to.length));
    ranges.push(range);
  }
  return ranges;
}

/** What is read, with a line break between what stands in different blocks or lines; the nodes it comes from, and where each begins. */
function textBelow(root: HTMLElement): { text: string; nodes: Text[]; starts: number[] } {
  const nodes: Text[] = [];
  const starts: number[] = [];
  let text = "";
  let before: Element | null = null;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node instanceof Element) {
      if (node.localName === "br") text += "\n";
      continue;
    }
    const parent = node.parentElement;
    // What a formula was written as is there for readers of the source, and not seen.
    if (parent === null || parent.closest("annotation")) continue;
    const block = blockOf(parent);
    if (before !== null && block !== before) text += "\n";
    before = block;
    nodes.push(node as Text);
    starts.push(text.length);
    text += (node as Text).data;
  }
  return { text, nodes, starts };
}

function blockOf(element: Element): Element {
  let at = element;
  while (at.parentElement !== null && at.matches(INLINE)) at = at.parentElement;
  return at;
}
