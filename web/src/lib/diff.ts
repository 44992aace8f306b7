/** What changed between two texts: Myers' shortest edit script, by lines and within changed lines by words. */

export interface Edit<Item> {
  readonly kind: "same" | "removed" | "added";
  readonly items: readonly Item[];
}

export interface LineDiff {
  readonly kind: "same" | "removed" | "added";
  /** Parts of the line; `changed` ones are what is not in its counterpart. */
  readonly parts: readonly { readonly text: string; readonly changed: boolean }[];
}

/** Beyond this many edits the shortest script is not looked for: all is removed, then added. */
const MOST_EDITS = 2000;
/** The same within a line, of which a text may have thousands; longer lines are compared as wholes. */
const MOST_EDITS_OF_WORDS = 100;
const MOST_LINE = 1000;

/** A shortest way from `before` to `after`; same-kind neighbours are joined, what is removed stands before what is added. */
export function edits<Item>(before: readonly Item[], after: readonly Item[], mostEdits = MOST_EDITS): Edit<Item>[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const script = middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail), mostEdits);
  return joined([
    { kind: "same", items: before.slice(0, head) },
    ...script,
    { kind: "same", items: before.slice(before.length - tail) },
  ]);
}

function middle<Item>(before: readonly Item[], after: readonly Item[], mostEdits: number): Edit<Item>[] {
  const whole: Edit<Item>[] = [{ kind: "removed", items: before }, { kind: "added", items: after }];
  if (before.length === 0 || after.length === 0) return whole;
  const most = Math.min(before.length + after.length, mostEdits);
  // reach[k + most]: how far in `before` one comes on diagonal k; the history leads back.
  const reach = new Int32Array(2 * most + 2);
  const history: Int32Array[] = [];
  for (let count = 0; count <= most; count += 1) {
    history.push(reach.slice());
    for (let k = -count; k <= count; k += 2) {
      const down = k === -count || (k !== count && reach[k - 1 + most]! < reach[k + 1 + most]!);
      let x = down ? reach[k + 1 + most]! : reach[k - 1 + most]! + 1;
      let y = x - k;
      while (x < before.length && y < after.length && before[x] === after[y]) [x, y] = [x + 1, y + 1];
      reach[k + most] = x;
      if (x >= before.length && y >= after.length) return traced(before, after, history, most);
    }
  }
  return whole;
}

function traced<Item>(before: readonly Item[], after: readonly Item[], history: readonly Int32Array[], most: number): Edit<Item>[] {
  const script: Edit<Item>[] = [];
  let [x, y] = [before.length, after.length];
  for (let count = history.length - 1; count >= 0; count -= 1) {
    const reach = history[count]!;
    const k = x - y;
    const down = k === -count || (k !== count && reach[k - 1 + most]! < reach[k + 1 + most]!);
    const fromX = count === 0 ? 0 : reach[(down ? k + 1 : k - 1) + most]!;
    const fromY = count === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    const start = count === 0 ? 0 : down ? fromX : fromX + 1;
    if (x > start) script.push({ kind: "same", items: before.slice(start, x) });
    if (count > 0) script.push(down ? { kind: "added", items: [after[fromY]!] } : { kind: "removed", items: [before[fromX]!] });
    [x, y] = [fromX, fromY];
  }
  return script.reverse();
}

function joined<Item>(script: readonly Edit<Item>[]): Edit<Item>[] {
  const result: Edit<Item>[] = [];
  let removed: Item[] = [];
  let added: Item[] = [];
  const flush = (): void => {
    if (removed.length > 0) result.push({ kind: "removed", items: removed });
    if (added.length > 0) result.push({ kind: "added", items: added });
    [removed, added] = [[], []];
  };
  for (const { kind, items } of script) {
    if (items.length === 0) continue;
    // One by one: spread into arguments they may be too many.
    if (kind === "removed") for (const item of items) removed.push(item);
    else if (kind === "added") for (const item of items) added.push(item);
    else {
      flush();
      const last = result.at(-1);
      if (last?.kind === "same") result[result.length - 1] = { kind, items: [...last.items, ...items] };
      else result.push({ kind, items });
    }
  }
  flush();
  return result;
}

const wordsOf = (line: string) => line.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** Line by line; of lines that took each other's place the words that changed are told. */
export function diffLines(before: string, after: string): LineDiff[] {
  const result: LineDiff[] = [];
  const script = edits(before.split("\n"), after.split("\n"));
  script.forEach(({ kind, items }, index) => {
    const next = script[index + 1];
    const previous = script[index - 1];
    items.forEach((line, at) => {
      const other = kind === "removed" && next?.kind === "added" ? next.items[at] : kind === "added" && previous?.kind === "removed" ? previous.items[at] : undefined;
      if (other === undefined || line.length > MOST_LINE || other.length > MOST_LINE) result.push({ kind, parts: [{ text: line, changed: false }] });
      else {
        const [from, to] = kind === "removed" ? [line, other] : [other, line];
        result.push({ kind, parts: changedWords(edits(wordsOf(from), wordsOf(to), MOST_EDITS_OF_WORDS), kind) });
      }
    });
  });
  return result;
}

function changedWords(script: readonly Edit<string>[], kind: LineDiff["kind"]): LineDiff["parts"] {
  return script.filter((edit) => edit.kind === "same" || edit.kind === kind).map((edit) => ({ text: edit.items.join(""), changed: edit.kind !== "same" }));
}
