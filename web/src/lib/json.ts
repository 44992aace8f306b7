/** JSON of which nothing is known: kept by an older page, typed by hand, or handed on as a file. */

/** What a text says; null where it is no JSON, as for a text that was cut short. */
export function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

/** The members of an object; none of anything else. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
}

/** The members of a file of ours. `holds` says what was wanted, as in "no layout". Throws with a sentence for the reader. */
export function readOwnFile(text: string, format: string, version: number, holds: string): Readonly<Record<string, unknown>> {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Error("The file is no JSON.");
  }
  const members = membersOf(file);
  if (members.format !== format) throw new Error(`The file holds no ${holds}: its "format" is ${JSON.stringify(members.format) ?? "absent"}, "${format}" was wanted.`);
  if (members.version !== version) throw new Error(`The file is of version ${JSON.stringify(members.version) ?? "none"}; this page reads version ${version}.`);
  return members;
}
