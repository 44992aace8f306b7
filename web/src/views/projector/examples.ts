/** What says that a point is a sample of the predictions, in words. */

import type { ExampleSource } from "../../api/source";
import { formatCount, formatQuantity } from "../../lib/format";

/** `sure`: ids that were logged name the sample, or the classes of all points agree. */
export function sourceInWords(source: Pick<ExampleSource, "by" | "column" | "agreeing_count" | "compared_count" | "class_column">): { readonly text: string; readonly sure: boolean } {
  const { by, column, agreeing_count: agreeing, compared_count: compared, class_column: classes } = source;
  const agree = compared > 0 && agreeing === compared;
  const how = by === "id" ? `By its id in ${column}` : by === "number" ? `By the number of its row in ${column}, as no ids were logged` : "The row of the same number: there are as many, and no ids";
  if (classes === null) return { text: by === "id" ? `${how}.` : `${how}. No column tells the classes: this may be another sample.`, sure: by === "id" };
  if (agree) return { text: `${how}; the classes of all ${formatQuantity(compared, "point")} agree.`, sure: true };
  return { text: `${how}; ${classes} is the true class of ${formatCount(agreeing)} of ${formatQuantity(compared, "point")}${by === "id" ? "" : ": this may be another sample"}.`, sure: by === "id" };
}
