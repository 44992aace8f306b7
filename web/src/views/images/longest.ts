/** The series with the most samples, whose slider moves all of a comparison; null where there is none. */
export function longestOf<Series extends { readonly count: number }>(series: readonly Series[]): Series | null {
  return series.reduce<Series | null>((best, one) => (best === null || one.count > best.count ? one : best), null);
}
