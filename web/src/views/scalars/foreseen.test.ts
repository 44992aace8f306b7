import { flushSync } from "svelte";
import { expect, it } from "vitest";
import { FixtureSource } from "../../api/fixture";
import { createState } from "../../state/context";
import { ScalarsBoard } from "./board.svelte";
import { foreseen, roomOfCards } from "./foreseen";
import { groupsOf, flattened } from "./sections";
import { subjectsOf } from "./subjects";

async function board() {
  const source = new FixtureSource({ runs: 4 });
  const [info, runs, tags] = await Promise.all([source.log(), source.runs(), source.tags()]);
  const page = createState(Object.assign(source, { lists: { info, runs, tags } }), null);
  flushSync();
  const made = new ScalarsBoard(page);
  const groups = flattened(groupsOf(subjectsOf(page.log.tagsOf("scalar"), false), made.arranged.now, { nested: false }));
  return { page, made, groups };
}

it("what the first cards ask is known before there are cards", async () => {
  const { page, made, groups } = await board();
  page.settings.smoothing = 0.25;
  const queries = foreseen(made, groups, { width: 800, height: 300 });
  const cards = groups.flatMap(({ cards: own }) => own);
  // Two columns of 340 pixels, two rows of them.
  expect(queries).toHaveLength(Math.min(4, cards.length));
  expect(queries[0]!.series.every(({ tag }) => tag === cards[0]!.tags[0]!.tag)).toBe(true);
  expect(queries[0]!.series.map(({ run }) => run)).toEqual(page.log.runsOf(cards[0]!.tags[0]!).filter((run) => page.selection.isShown(run)));
  expect(queries[0]).toMatchObject({ smoothing: 0.25, range: null, logX: false, axis: { x: "step", tag: null }, maxPoints: 800 });
});

it("nothing is where the link zooms or the newest are followed", async () => {
  const { page, made, groups } = await board();
  made.follow = 100;
  expect(foreseen(made, groups, { width: 800, height: 300 })).toEqual([]);
  made.follow = null;
  page.settings.linkZoom = true;
  made.linkedX = [3, 9];
  expect(foreseen(made, groups, { width: 800, height: 300 })).toEqual([]);
});

it("panels take their room from the cards, in a narrow window less of it", async () => {
  const { page } = await board();
  const { settings } = page;
  const wide = roomOfCards(page, { innerWidth: 1440, innerHeight: 900 });
  expect(wide.width).toBe(1440 - settings.runsPanelWidth - settings.inspectorWidth - 40);
  expect(roomOfCards(page, { innerWidth: 1000, innerHeight: 900 }).width).toBe(1000 - Math.min(256, settings.runsPanelWidth) - 40);
  settings.runsPanelOpen = false;
  expect(roomOfCards(page, { innerWidth: 1440, innerHeight: 900 }).width).toBe(1440 - settings.inspectorWidth - 40);
});
