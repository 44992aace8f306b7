/** The folder that all names share, with its slash; empty where there is none or only one name. */
export function commonPrefix(names: readonly string[]): string {
  if (names.length < 2) return "";
  const first = names[0]!;
  let prefix = first.slice(0, first.lastIndexOf("/") + 1);
  while (prefix && !names.every((name) => name.startsWith(prefix))) prefix = prefix.slice(0, prefix.lastIndexOf("/", prefix.length - 2) + 1);
  return prefix;
}
