/** Fewer points of a series for the screen, and what is computed over all of them. */

/** Debiased exponential mean; values that are not finite are passed over. */
export function exponentialMean(values: Float64Array, weight: number): Float64Array {
  let mean = 0;
  let mass = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    mean = mean * weight + value * (1 - weight);
    mass = mass * weight + (1 - weight);
    return mean / mass;
  });
}

/**
 * Of these indices, ascending, at most `most`: the first, the last, and the least and greatest of each of equal stretches.
 * An end beyond which a neighbour is drawn need not be kept: between the two the line would go straight up or down.
 */
export function thinnedIndices(indices: readonly number[], values: Float64Array, most: number, { first = true, last = true } = {}): number[] {
  if (indices.length <= most) return [...indices];
  const stretches = Math.max(1, Math.floor((most - 2) / 2));
  const kept = new Set([...(first ? [indices[0]!] : []), ...(last ? [indices[indices.length - 1]!] : [])]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const part = indices.slice(Math.floor((stretch * indices.length) / stretches), Math.floor(((stretch + 1) * indices.length) / stretches));
    kept.add(part.reduce((least, index) => (values[index]! < values[least]! ? index : least)));
    kept.add(part.reduce((greatest, index) => (values[index]! > values[greatest]! ? index : greatest)));
  }
  return [...kept].sort((a, b) => a - b);
}
