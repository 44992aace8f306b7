/** Which scalar says best how a run is doing, judged by its name and by how many runs have it. */

export interface CoveredTag {
  tag: string;
  runs: readonly unknown[];
}

const VALIDATION = /(^|[^a-z])(val|valid|validation|dev|eval|test)([^a-z]|$)/i;
const TRAINING = /(^|[^a-z])train(ing)?([^a-z]|$)/i;
const QUALITY = /acc|accuracy|(^|[^a-z])(f1|auc|auroc|map|miou|iou|bleu|rouge|reward|return|score)([^a-z]|$)/i;
const LOSS = /loss|perplexity|(^|[^a-z])(ppl|err|error|nll|mse|mae|rmse)([^a-z]|$)/i;

/** How much a tag says of how a run is doing; 0 where its name tells neither a loss nor a quality. */
export function nameScore(tag: string): number {
  const kind = QUALITY.test(tag) ? 4 : LOSS.test(tag) ? 2 : 0;
  const split = VALIDATION.test(tag) ? 3 : TRAINING.test(tag) ? 1 : 1.5;
  return kind === 0 ? 0 : kind + split;
}

/** Null where there is no scalar. Tags that fewer than half as many runs have as the commonest are passed over. */
export function pickMetric(tags: readonly CoveredTag[]): string | null {
  const most = Math.max(0, ...tags.map((tag) => tag.runs.length));
  let best: CoveredTag | null = null;
  for (const tag of tags) {
    if (tag.runs.length * 2 < most) continue;
    const better = best === null ? 1 : nameScore(tag.tag) - nameScore(best.tag) || tag.runs.length - best.runs.length;
    if (better > 0) best = tag;
  }
  return best?.tag ?? null;
}

/** True where less is better, so that the least is the best. */
export function lessIsBetter(tag: string): boolean {
  return !QUALITY.test(tag) && LOSS.test(tag);
}
