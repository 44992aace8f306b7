import { describe, expect, it } from "vitest";
import { membersOf, parseJson, readOwnFile } from "./json";

describe("JSON of which nothing is known", () => {
  it.each([[null], [""], ["{"], ["undefined"], ["[1,"]])("is nothing where it is none: %j", (text) => {
    expect(parseJson(text)).toBeNull();
  });

  it("is what it says", () => {
    expect(parseJson('{"a":[1]}')).toEqual({ a: [1] });
  });

  it.each([[null], [7], ["text"], [undefined], [true]])("has no members unless it is an object: %j", (value) => {
    expect(membersOf(value)).toEqual({});
  });

  it("is a file of ours by its format and version", () => {
    expect(readOwnFile('{"format":"ours","version":2,"a":1}', "ours", 2, "things").a).toBe(1);
    expect(() => readOwnFile("{", "ours", 2, "things")).toThrow("The file is no JSON.");
    expect(() => readOwnFile("null", "ours", 2, "things")).toThrow('The file holds no things: its "format" is absent, "ours" was wanted.');
    expect(() => readOwnFile('{"format":"ours"}', "ours", 2, "things")).toThrow("The file is of version none; this page reads version 2.");
  });
});
