import { describe, expect, it } from "vitest";
import { findCommands, matchScore, type Command } from "./commands";

const command = (title: string, group: Command["group"] = "Page"): Command => ({ id: title, title, group, run: () => undefined });

describe("findCommands", () => {
  const commands = [command("Dark theme"), command("Show all runs", "Runs"), command("loss/val", "Metric"), command("search/lr=1e-2", "Run")];

  it("gives all in their order for nothing typed", () => {
    expect(findCommands(commands, "  ").map(({ title }) => title)).toEqual(commands.map(({ title }) => title));
  });

  it.each([
    ["theme", "Dark theme"],
    ["sar", "Show all runs"],
    ["lr1e2", "search/lr=1e-2"],
    ["metric loss", "loss/val"],
  ])("finds by %s: %s", (typed, title) => {
    expect(findCommands(commands, typed)[0]?.title).toBe(title);
  });

  it("finds nothing where letters are missing", () => {
    expect(findCommands(commands, "zzz")).toEqual([]);
  });

  it("ranks a whole word above scattered letters", () => {
    expect(matchScore("validation loss", "loss")!).toBeGreaterThan(matchScore("layers of small size", "loss")!);
  });
});
