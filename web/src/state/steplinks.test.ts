import { describe, expect, it } from "vitest";
import { parseHeld } from "./steplinks.svelte";

describe("held steps", () => {
  it("come from the link", () => expect([...parseHeld('[["a","t",5],["b","t",-1]]')]).toEqual([['["a","t"]', 5], ['["b","t"]', -1]]));
  it.each(["", "nonsense", "[", "7", "{}", "[1,[2],[null,null,null]]", '[["a","t","5"]]'])("are none in %j", (text) => expect(parseHeld(text).size).toBe(0));
});
