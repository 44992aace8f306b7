/** Orders names as people do: run_2 before run_10. */

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Compares two names naturally; names that differ only in case keep one fixed order. */
export function compareNatural(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
