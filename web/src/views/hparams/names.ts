/** The folder that all names share, with its slash; empty where there is none or only one name. */
export function commonPrefix(names: readonly string[]): string {
  if (names.length < 2) return "";
  const first = names[0]!;
  let prefix = first.slice(0, first.lastIndexOf("/") + 1);
  while (prefix && !names.every((name) => name.startsWith(prefix))) prefix = prefix.slice(0, prefix.lastIndexOf("/", prefix.length - 2) + 1);
  return prefix;
}

const FITS_ONE_LINE = 11;

/** A title as the head of a column shows it: parted where a word ends, where it is long, so that the longer part is as short as it gets. */
export function headLines(title: string): readonly string[] {
  if (title.length <= FITS_ONE_LINE) return [title];
  let best: readonly string[] = [title];
  let longest = title.length;
  for (const { index, 0: mark } of title.matchAll(/[\s/_.:-]+|(?<=[a-z\d])(?=[A-Z])/g)) {
    const parts = [title.slice(0, index + mark.trimEnd().length), title.slice(index + mark.length)];
    const most = Math.max(parts[0]!.length, parts[1]!.length);
    if (parts.every((part) => part !== "") && most < longest) [best, longest] = [parts, most];
  }
  return best;
}
