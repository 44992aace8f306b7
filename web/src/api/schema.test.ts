import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString, type OpenAPI3 } from "openapi-typescript";
import { expect, it } from "vitest";

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

it("schema.gen.ts is what `npm run gen` makes of openapi.json", async () => {
  const schema = JSON.parse(await readFile(file("../../openapi.json"), "utf8")) as OpenAPI3;
  const made = astToString(await openapiTS(schema, { defaultNonNullable: false }));
  const kept = await readFile(file("./schema.gen.ts"), "utf8");
  const withoutHead = kept.slice(kept.indexOf("export interface paths"));
  expect(withoutHead.trim()).toBe(made.trim());
});
