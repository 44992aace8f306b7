/** Training and held-out: which side of which quantity a tag is, judged by the words of its name. */

const TRAINING = ["train", "training", "tr"];
/** In the order in which they are dashed. */
const HELD_OUT = ["val", "valid", "validation", "dev", "eval", "test"];

export interface Side {
  /** The tag without the word that names its side. */
  readonly stem: string;
  readonly word: string;
  /** 0 for training, ascending for what was held out. */
  readonly rank: number;
}

/** Which side of which quantity a tag is; null where no word of it says so. */
export function sideOf(tag: string): Side | null {
  const words = tag.split(/([^A-Za-z0-9]+)/);
  // The last word that names a side: "train/loss/val" is validation.
  const at = words.findLastIndex((word) => [...TRAINING, ...HELD_OUT].includes(word.toLowerCase()));
  const word = words[at];
  if (word === undefined) return null;
  const before = words.slice(0, at);
  const after = words.slice(at + 1);
  // One of the two separators around the word goes with it.
  const stem = before.length > 0 ? [...before.slice(0, -1), ...after].join("") : after.slice(1).join("");
  if (stem === "") return null;
  const held = HELD_OUT.indexOf(word.toLowerCase());
  return { stem, word, rank: held < 0 ? 0 : held + 1 };
}
