/** Lets the keyboard reach what is wider than its place: code, tables and formulas that scroll sideways. */
export function reachable(root: HTMLElement): () => void {
  const observer = new ResizeObserver(() => {
    for (const element of root.querySelectorAll<HTMLElement>("pre, table, .formula.block")) {
      if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    }
  });
  observer.observe(root);
  return () => observer.disconnect();
}
