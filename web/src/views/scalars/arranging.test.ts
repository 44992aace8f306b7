import { describe, expect, it } from "vitest";
import type { TagInfo } from "../../api/source";
import { MOST_TAGS, parseArrangement, sectionId, UNARRANGED, writeArrangement, type Arrangement } from "./arrangement";
import { freeId, merged, moved, movedPlace, renamedSection, resized, split, withGroup, withoutSection, withoutTag, withSection, withTags } from "./arranging";
import { zoneAt } from "./carddrag";
import { absorbedTags, composedSubject, titleOf } from "./composed";
import { axisWithin, settingsText } from "./groupsettings";
import { readLayoutFile, writeLayoutFile } from "./layouts";
import { flattened, groupsOf } from "./sections";
import { subjectsOf } from "./subjects";

const tag = (name: string): TagInfo => ({ tag: name, kind: "scalar", plugin_name: "scalars", display_name: "", description: "", runs: [0], counts: [1] });
const card = (...names: string[]) => ({ key: names.join(" & "), tags: names.map((name) => ({ tag: name })) });
const chart = (arrangement: Arrangement, at = 0) => arrangement.charts[at];

describe("charts of several tags", () => {
  const both = merged(UNARRANGED, card("loss/val"), card("loss/train"), "chart:1");

  it("hold the tags of the card that stood there, then of the one put in", () => {
    expect(both.charts).toEqual([{ id: "chart:1", title: "", tags: ["loss/train", "loss/val"], right: null, alone: false }]);
  });

  it("take the place and the size of the card that they were", () => {
    const start = resized(withSection(UNARRANGED, "mine"), "a", { columns: 2, height: 300 });
    const placed = moved(start, "a", { group: "mine", section: true }, null, []);
    const next = withTags(placed, card("a"), ["b"], "chart:1");
    expect(next.sections[0]?.cards).toEqual(["chart:1"]);
    expect([...next.sizes]).toEqual([["chart:1", { columns: 2, height: 300 }]]);
    expect(split(next, "chart:1").sections[0]?.cards).toEqual(["a"]);
  });

  it("take in whole charts, and hold no tag twice", () => {
    const more = withTags(both, { key: "chart:1", tags: [] }, ["lr", "loss/val"], "unused");
    expect(chart(more)?.tags).toEqual(["loss/train", "loss/val", "lr"]);
    const other = withTags(more, card("x"), ["y"], "chart:2");
    const one = merged(other, { key: "chart:2", tags: [{ tag: "x" }, { tag: "y" }] }, { key: "chart:1", tags: [] }, "unused");
    expect(one.charts.map(({ tags }) => tags)).toEqual([["loss/train", "loss/val", "lr", "x", "y"]]);
  });

  it("hold no more tags than there are dashes", () => {
    const many = withTags(UNARRANGED, card("t0"), Array.from({ length: 40 }, (_, index) => `t${index}`), "chart:1");
    expect(chart(many)?.tags).toHaveLength(MOST_TAGS);
  });

  it("are cards of one tag again when all but one were taken out", () => {
    const three = withTags(both, { key: "chart:1", tags: [] }, ["lr"], "unused");
    const two = withoutTag({ ...three, charts: [{ ...three.charts[0]!, right: ["lr"] }] }, "chart:1", "lr");
    expect(two.charts[0]).toMatchObject({ tags: ["loss/train", "loss/val"], right: [] });
    expect(withoutTag(two, "chart:1", "loss/val").charts).toEqual([]);
  });

  it("are named as neither another chart nor a tag is", () => {
    expect(freeId(both, (name) => name === "chart:2")).toBe("chart:3");
  });

  it("say what is common to their tags once, and which of them are gone", () => {
    expect(titleOf(["loss/train", "loss/val"])).toBe("loss: train, val");
    expect(titleOf(["a", "b", "c", "d"])).toBe("a, b, c and 1 more");
    const tags = new Map([["loss/val", tag("loss/val")]]);
    const subject = composedSubject(both.charts[0]!, (name) => tags.get(name));
    expect([subject?.title, subject?.roles, subject?.missing]).toEqual(["loss: train, val", ["val"], ["loss/train"]]);
    expect(composedSubject(both.charts[0]!, () => undefined)).toBeNull();
  });

  it("take their tags from the cards, unless those shall have their own", () => {
    expect([...absorbedTags(both.charts)]).toEqual(["loss/train", "loss/val"]);
    expect(absorbedTags([{ ...both.charts[0]!, alone: true }]).size).toBe(0);
  });
});

describe("order and sections", () => {
  const cards = subjectsOf(["a/1", "a/2", "a/3", "b/1"].map(tag), false);
  const keys = (arrangement: Arrangement, id: string) => flattened(groupsOf(cards, arrangement)).find((group) => group.id === id)?.cards.map(({ key }) => key);

  it("put a card before another, whatever its natural place", () => {
    const next = moved(UNARRANGED, "a/3", { group: "a", section: false }, "a/1", ["a/1", "a/2", "a/3"]);
    expect(keys(next, "a")).toEqual(["a/3", "a/1", "a/2"]);
    const back = moved(next, "a/3", { group: "a", section: false }, null, ["a/3", "a/1", "a/2"]);
    expect(keys(back, "a")).toEqual(["a/1", "a/2", "a/3"]);
  });

  it("keep a card in one place: in its section, or in its group", () => {
    const made = moved(withSection(UNARRANGED, "mine"), "a/2", { group: "mine", section: true }, null, []);
    expect([keys(made, sectionId("mine")), keys(made, "a")]).toEqual([["a/2"], ["a/1", "a/3"]]);
    expect(keys(withoutSection(made, "mine"), "a")).toEqual(["a/1", "a/2", "a/3"]);
    expect(keys(renamedSection(made, "mine", "ours"), sectionId("ours"))).toEqual(["a/2"]);
  });

  it("keep the place of cards that are not shown now", () => {
    const two = moved(moved(withSection(UNARRANGED, "mine"), "gone", { group: "mine", section: true }, null, []), "a/1", { group: "mine", section: true }, null, []);
    expect(two.sections[0]?.cards).toEqual(["a/1", "gone"]);
  });

  it("stand where they were put, those not named behind", () => {
    const sections = withSection(UNARRANGED, "mine");
    const shown = groupsOf(cards, sections).map(({ id }) => id);
    expect(shown).toEqual([sectionId("mine"), "a", "b"]);
    expect(groupsOf(cards, movedPlace(sections, "b", -5, shown)).map(({ id }) => id)).toEqual(["b", sectionId("mine"), "a"]);
  });
});

describe("groups as a tree", () => {
  const tree = (names: string[], nested = true) => flattened(groupsOf(subjectsOf(names.map(tag), false), UNARRANGED, { nested })).map(({ id, cards: own }) => [id, own.map(({ key }) => key)]);

  it("have groups of the segments behind the first, where these have several cards", () => {
    expect(tree(["net/a/w", "net/a/b", "net/c/w", "net/loss", "lr"])).toEqual([
      ["lr", ["lr"]], ["net", ["net/c/w", "net/loss"]], ["net/a", ["net/a/b", "net/a/w"]],
    ]);
  });

  it("leave out a level that holds all of the one above", () => {
    expect(tree(["m/x/a/1", "m/x/a/2", "m/x/b/1", "m/x/b/2"])).toEqual([["m", []], ["m/x/a", ["m/x/a/1", "m/x/a/2"]], ["m/x/b", ["m/x/b/1", "m/x/b/2"]]]);
  });

  it("are flat where that is wanted, and survive odd tags", () => {
    expect(tree(["net/a/w", "net/a/b"], false)).toEqual([["net", ["net/a/b", "net/a/w"]]]);
    expect(tree(["/abs/x", "a//b", "a//c", ""]).flatMap(([, own]) => own).sort()).toEqual(["", "/abs/x", "a//b", "a//c"]);
    expect(tree([`${"d/".repeat(2000)}x`, `${"d/".repeat(2000)}y`])[0]?.[1]).toHaveLength(2);
  });
});

describe("an arrangement in a link or a file", () => {
  const whole = withGroup(
    resized(moved(withSection(merged(UNARRANGED, card("b"), card("a"), "chart:1"), "mine"), "chart:1", { group: "mine", section: true }, null, []), "chart:1", { columns: 0, height: 5000 }),
    "loss", { scale: "log", min: 0.1, max: null, smoothing: 0 },
  );

  it("comes back as it was written, sizes within bounds", () => {
    expect(parseArrangement(writeArrangement(whole))).toEqual(whole);
    expect(whole.sizes.get("chart:1")).toEqual({ columns: 0, height: 900 });
    expect(writeArrangement(UNARRANGED)).toBe("");
  });

  it("is read with care", () => {
    for (const text of ["{", "[]", "7", "null", '{"charts":3,"sections":[1],"order":[],"sizes":{"a":"x","b":[-1]},"groups":{"a":7}}']) {
      expect(parseArrangement(text)).toEqual(UNARRANGED);
    }
    const text = writeArrangement(whole);
    for (let length = 0; length < text.length; length += 1) parseArrangement(text.slice(0, length));
    const odd = parseArrangement('{"charts":[{"id":"loss","tags":["a"]},{"id":"chart:1","tags":["a","a",4]},{"id":"chart:1","tags":["b"]}],"groups":{"g":{"min":2,"max":1,"smoothing":7,"scale":"cubic"}}}');
    expect(odd.charts.map(({ tags }) => tags)).toEqual([["a"]]);
    expect(odd.groups.size).toBe(0);
  });

  it("is a file that says what is wrong with it", () => {
    const layout = { layout: writeArrangement(whole), pins: '["a"]', axes: '{"a":{"scale":"log","min":null,"max":null}}', cards: "large" };
    const { name, layout: read } = readLayoutFile(writeLayoutFile("mine", layout));
    expect(name).toBe("mine");
    expect(read).toMatchObject({ layout: layout.layout, pins: layout.pins, cards: "large" });
    expect(JSON.parse(read.axes ?? "")).toMatchObject({ a: { scale: "log" } });
    expect(() => readLayoutFile("{")).toThrow("no JSON");
    expect(() => readLayoutFile('{"format":"vega"}')).toThrow('"format" is "vega", "glassboard layout" was wanted');
    expect(() => readLayoutFile('{"format":"glassboard layout","version":9}')).toThrow("version 9");
    expect(readLayoutFile('{"format":"glassboard layout","version":1,"pins":[1],"layout":[]}').layout).toEqual({});
  });
});

describe("settings of a group", () => {
  it("hold where the card says nothing itself", () => {
    const group = { scale: "log", min: 0, max: 1, smoothing: 0.9 } as const;
    expect(axisWithin({ scale: null, min: null, max: null } as never, group)).toMatchObject({ scale: "log", min: 0, max: 1 });
    expect(axisWithin({ scale: "linear", min: 5, max: null } as never, group)).toMatchObject({ scale: "linear", min: 5, max: null });
    expect(settingsText(group)).toBe("log, 0 to 1, smoothing 0.9");
  });
});

describe("a drop", () => {
  it("lands beside a card at its edges and in it elsewhere", () => {
    expect([10, 50, 90].map((x) => zoneAt(x, 100, { beside: true, into: true }))).toEqual(["before", "into", "after"]);
    expect([10, 90].map((x) => zoneAt(x, 100, { beside: true, into: false }))).toEqual(["before", "after"]);
    expect([10, 90].map((x) => zoneAt(x, 100, { beside: false, into: true }))).toEqual(["into", "into"]);
    expect(zoneAt(50, 100, { beside: false, into: false })).toBeNull();
  });
});
