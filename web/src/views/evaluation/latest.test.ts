import { describe, expect, it } from "vitest";
import { Latest } from "./latest";

function asked() {
  const open: { question: number; answer: (fails?: boolean) => void }[] = [];
  const taken: number[] = [];
  const latest = new Latest<number, number>(
    (question) => new Promise((done, failed) => open.push({ question, answer: (fails) => (fails ? failed(new Error("no")) : done(question)) })),
    (answer) => taken.push(answer),
    () => taken.push(-1),
  );
  const settle = () => new Promise((done) => setTimeout(done, 0));
  return { latest, open, taken, settle };
}

describe("questions while one is answered", () => {
  it("are dropped but for the newest", async () => {
    const { latest, open, taken, settle } = asked();
    for (const question of [1, 2, 3]) latest.ask(question);
    expect(open.map((one) => one.question)).toEqual([1]);
    open[0]!.answer();
    await settle();
    expect(open.map((one) => one.question)).toEqual([1, 3]);
    open[1]!.answer(true);
    await settle();
    expect(taken).toEqual([1, -1]);
    latest.ask(4);
    latest.stop();
    open[2]!.answer();
    await settle();
    expect(taken).toEqual([1, -1]);
  });
});
