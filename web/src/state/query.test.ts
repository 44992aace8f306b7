import { describe, expect, it } from "vitest";
import { readQuery, replaceable, writeQuery, type PageQuery } from "./query";
import { DEFAULTS } from "./settings.svelte";

const PAGE: PageQuery = { view: null, filter: "", runs: null, step: null, settings: DEFAULTS, params: [] };

describe("the query string", () => {
  it("is empty where all is as it comes", () => {
    expect(writeQuery(PAGE)).toBe("");
    expect(readQuery("").settings).toEqual({});
  });

  it("reads back what it wrote", () => {
    const page: PageQuery = {
      view: "images",
      filter: "/lr=1e-[34]/ & more",
      runs: "only:a,b c",
      step: 0,
      settings: { theme: "dark", smoothing: 0, xAxis: "wall", yScale: "log", metricTag: "loss/val" },
      params: [["pin", "loss"], ["tags", "acc"]],
    };
    expect(readQuery(writeQuery(page))).toEqual(page);
  });

  it("says every setting but the theme when it is shared", () => {
    const text = writeQuery({ ...PAGE, settings: { ...DEFAULTS, theme: "dark" } }, { shared: true });
    expect(readQuery(text).settings).toEqual({ smoothing: DEFAULTS.smoothing, smoothingKind: "ema", xScale: "linear", xAxis: "step", yScale: "linear", pairTags: false, linkZoom: false, runSort: "name" });
  });

  it.each(["?smoothing=2", "?smoothing=x", "?theme=pink", "?x=epoch", "?y=cubic", "?pair=maybe", "?link=1"])("leaves out nonsense: %s", (search) => {
    expect(readQuery(search).settings).toEqual({});
  });

  it("leaves out a step that is none", () => {
    expect(readQuery("?step=latest").step).toBeNull();
    expect(readQuery("?step=-5").step).toBe(-5);
  });

  it("makes an entry in the history for another view only", () => {
    expect(replaceable("?view=text", "?view=text&step=3")).toBe(true);
    expect(replaceable("?view=text", "?view=images")).toBe(false);
  });
});
