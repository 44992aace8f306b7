/** The filter of the runs panel: what `compileFilter` takes, and `tag:NAME` for runs that have a tag. */

import { compileFilter } from "../lib/textfilter";

export interface RunFilter {
  readonly matches: (name: string, tags: readonly string[]) => boolean;
  readonly error: string | null;
  readonly empty: boolean;
}

/** A word of its own; a name with spaces stands in quotes: `tag:"to keep"`. */
const TAG = /(?<![^\s])tag:(?:"([^"]*)"|(\S*))(?!\S)/gi;

/**
 * Every `tag:NAME` must be one of the run's tags, in any case; the beginning of a name is enough unless it is in quotes.
 * The rest is a filter of the name. Within a `/regular expression/` nothing is taken for a tag.
 */
export function compileRunFilter(typed: string): RunFilter {
  const wanted: { name: string; whole: boolean }[] = [];
  const isExpression = typed.trim().startsWith("/");
  const rest = isExpression
    ? typed
    : typed.replace(TAG, (_, quoted: string | undefined, plain: string | undefined) => {
        const name = (quoted ?? plain ?? "").toLowerCase();
        if (name !== "") wanted.push({ name, whole: quoted !== undefined });
        return "";
      });
  const { matches, error, empty } = compileFilter(rest);
  return {
    matches: (name, tags) =>
      matches(name) &&
      wanted.every((one) => tags.some((tag) => (one.whole ? tag.toLowerCase() === one.name : tag.toLowerCase().startsWith(one.name)))),
    error,
    empty: empty && wanted.length === 0,
  };
}

/** The word that filters by a tag. */
export function tagWord(tag: string): string {
  return `tag:"${tag.replaceAll('"', "")}"`;
}
