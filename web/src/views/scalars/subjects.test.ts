import { describe, expect, it } from "vitest";
import type { TagInfo } from "../../api/source";
import { sideOf } from "../../lib/sides";
import { UNARRANGED } from "./arrangement";
import { groupsOf } from "./sections";
import { subjectsOf } from "./subjects";

const tag = (name: string): TagInfo => ({ tag: name, kind: "scalar", plugin_name: "scalars", display_name: "", description: "", runs: [0], counts: [1] });
const titles = (names: string[], paired = true) => subjectsOf(names.map(tag), paired).map((subject) => subject.title);

describe("the side of a tag", () => {
  it.each([
    ["loss/train", "loss", 0],
    ["train/loss", "loss", 0],
    ["train_loss", "loss", 0],
    ["epoch/Validation/loss", "epoch/loss", 3],
    ["val_acc_top5", "acc_top5", 1],
  ])("%s", (name, stem, rank) => expect(sideOf(name)).toMatchObject({ stem, rank }));
  it.each(["loss", "train", "valley", "contrast/loss", ""])("%s has none", (name) => expect(sideOf(name)).toBeNull());
});

describe("cards", () => {
  it("show one tag each unless pairs are asked for", () => expect(titles(["loss/train", "loss/val"], false)).toEqual(["loss/train", "loss/val"]));
  it("bring both sides of a quantity together, training first", () => {
    const [pair, ...others] = subjectsOf([tag("loss/val"), tag("loss/train"), tag("lr")], true);
    expect(pair).toMatchObject({ title: "loss: train and val", path: "loss", roles: ["train", "val"], key: "loss/train & loss/val" });
    expect(others.map((subject) => subject.key)).toEqual(["lr"]);
  });
  it("hold up to two held-out sides", () => expect(titles(["loss/train", "loss/val", "loss/test"])).toEqual(["loss: train, val and test"]));
  it("lose no tag where there are more sides", () => expect(titles(["l/train", "l/val", "l/dev", "l/test"])).toEqual(["l: train, val and dev", "l/test"]));
  it("leave a side without its other alone", () => expect(titles(["loss/val", "acc/train"])).toEqual(["loss/val", "acc/train"]));
  it("stand in the group of what they have in common", () => {
    const groups = groupsOf(subjectsOf(["train/loss", "val/loss", "lr"].map(tag), true), UNARRANGED);
    expect(groups.map((group) => [group.title, group.cards.length])).toEqual([["loss", 1], ["lr", 1]]);
  });
});
