/** Statistics of a series where no server is there to make them. */

import type { ScalarSeries, SeriesStatistics } from "./source";

/** Over the points of a series that was not reduced. */
export function statisticsOf({ run, tag, found, columns, nonfinite_count }: ScalarSeries): SeriesStatistics {
  const x = columns?.x ?? new Float64Array(0);
  const value = columns?.value ?? new Float64Array(0);
  const count = value.length;
  if (count === 0) return { run, tag, found, count, nonfinite_count, first_x: null, last_x: null, first: null, last: null, minimum: null, maximum: null, minimum_x: null, maximum_x: null, mean: null, deviation: null, slope: null };
  const mean = value.reduce((sum, one) => sum + one, 0) / count;
  const middle = x.reduce((sum, one) => sum + one, 0) / count;
  let [products, squares] = [0, 0];
  for (let index = 0; index < count; index++) {
    products += (x[index]! - middle) * (value[index]! - mean);
    squares += (x[index]! - middle) ** 2;
  }
  const [minimum, maximum] = [value.reduce((least, one) => Math.min(least, one)), value.reduce((greatest, one) => Math.max(greatest, one))];
  return {
    run, tag, found, count, nonfinite_count, mean, minimum, maximum,
    first_x: x[0]!, last_x: x[count - 1]!, first: value[0]!, last: value[count - 1]!,
    minimum_x: x[value.indexOf(minimum)]!, maximum_x: x[value.indexOf(maximum)]!,
    deviation: count > 1 ? Math.sqrt(value.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (count - 1)) : 0, slope: squares > 0 ? products / squares : null,
  };
}
