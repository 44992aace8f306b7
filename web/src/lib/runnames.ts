/** Long names of runs in little room. */

/** The folder that all names are in, with its slash; empty where there is none. */
export function commonFolder(names: readonly string[]): string {
  const [first = "", ...others] = names;
  let folder = first.slice(0, first.lastIndexOf("/") + 1);
  while (folder && !others.every((name) => name.startsWith(folder))) {
    folder = folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
  }
  return folder;
}

const LONGEST_WHOLE = 18;
const SHORTEST_TAIL = 4;
const LONGEST_TAIL = 11;

/** Splits a long name so that its end, which often tells runs apart, survives when the middle is cut. */
export function splitLabel(label: string): [head: string, tail: string] {
  if (label.length <= LONGEST_WHOLE) return [label, ""];
  // The end begins at a word where one begins in reach, so that "seed=28" stays whole.
  const word = /[\s,;_/-][^\s,;_/-]*$/.exec(label);
  const length = word ? label.length - word.index : 0;
  const tail = length >= SHORTEST_TAIL && length <= LONGEST_TAIL ? length : SHORTEST_TAIL * 2;
  return [label.slice(0, -tail), label.slice(-tail)];
}

/** For each name its shortest end, in whole segments of its path, that no other name ends with. */
export function shortNames(names: readonly string[]): Map<string, string> {
  const counts = new Map<string, number>();
  const endsOf = (name: string): string[] => {
    const ends = [name];
    for (let at = name.indexOf("/"); at >= 0; at = name.indexOf("/", at + 1)) ends.push(name.slice(at + 1));
    return ends;
  };
  for (const name of names) for (const end of endsOf(name)) counts.set(end, (counts.get(end) ?? 0) + 1);
  return new Map(names.map((name) => [name, endsOf(name).findLast((end) => end !== "" && counts.get(end) === 1) ?? name]));
}

/**
 * Labels of runs that stand together, without the words that all of them have: these tell nothing apart. Labels that are
 * short enough stay whole, and so does one that has nothing else.
 */
export function withoutShared(labels: readonly string[], longest = LONGEST_WHOLE): string[] {
  if (labels.length < 2 || labels.every((label) => label.length <= longest)) return [...labels];
  const words = labels.map((label) => label.split(/([\s,;_/-]+)/));
  const [first = [], ...others] = words.map((parts) => new Set(parts.filter((_, at) => at % 2 === 0)));
  const shared = new Set([...first].filter((word) => word !== "" && others.every((set) => set.has(word))));
  if (shared.size === 0) return [...labels];
  return words.map((parts, at) => {
    let text = "";
    let skipped = false;
    for (let word = 0; word < parts.length; word += 2) {
      const said = parts[word] ?? "";
      if (shared.has(said)) {
        skipped = true;
        continue;
      }
      const separator = text === "" ? "" : (parts[word - 1] ?? " ");
      text += skipped ? `${text === "" ? "" : " "}… ${said}` : `${separator}${said}`;
      skipped = false;
    }
    return text === "" ? (labels[at] ?? "") : skipped ? `${text} …` : text;
  });
}

/** Width of most of the texts in CSS pixels, roughly: a few that are very long are passed over. */
export function usualWidth(texts: readonly { readonly text: string; readonly indent: number }[]): number {
  const widths = texts.map(({ text, indent }) => indent + text.length * 6.8).sort((a, b) => a - b);
  return widths[Math.floor((widths.length - 1) * 0.9)] ?? 0;
}
