/** Lets the keyboard reach what is wider than its place: code, tables and formulas that scroll sideways. */
export function reachable(root: HTMLElement): () => void {
  const observer = new ResizeObserver(() => {
    for (const element of root.querySelectorAll<HTMLElement>("pre, table, .formula.block")) {
      if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    }
  });
  observer.observe(root);
  // The page takes these keys for its step.
  const keep = (event: KeyboardEvent): void => {
    if (/^Arrow(?:Left|Right)$/.test(event.key) && event.target instanceof HTMLElement && event.target.tabIndex === 0 && !event.target.matches("a")) event.stopPropagation();
  };
  root.addEventListener("keydown", keep);
  return () => {
    observer.disconnect();
    root.removeEventListener("keydown", keep);
  };
}
