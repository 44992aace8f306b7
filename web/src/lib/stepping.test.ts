import { describe, expect, it } from "vitest";
import { moveTogether } from "./stepping";

/** What each series was moved to. */
function moved(index: number, linked: boolean, held: readonly boolean[]): (number | null)[] {
  const steps = [[0, 10, 20, 30], [0, 20], [15, 25]];
  const at: (number | null)[] = steps.map(() => null);
  const series = steps.map((own, which) => ({ steps: own, count: own.length, held: held[which] ?? false, moveTo: (to: number) => void (at[which] = to) }));
  moveTogether(series[0]!, series, index, linked);
  return at;
}

describe("series beside each other", () => {
  it("follow the page by themselves where they are linked", () => expect(moved(2, true, [])).toEqual([2, null, null]));
  it("are moved to the step of the first where they are not, or hold one", () => {
    expect(moved(2, false, [])).toEqual([2, 1, 0]);
    expect(moved(3, true, [true, true, true])).toEqual([3, 1, 1]);
    expect(moved(1, true, [true, false, true])).toEqual([1, null, 0]);
  });
  it("stop at the ends", () => expect([moved(9, false, []), moved(-4, false, [])]).toEqual([[3, 1, 1], [0, 0, 0]]));
});
