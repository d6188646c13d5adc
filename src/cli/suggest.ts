/** So many equally near words are named. */
const MOST = 3;

/** "; did you mean `x` or `y`?" for the nearest of several words, or nothing where none is near. */
export async function didYouMean(word: string, known: readonly string[]): Promise<string> {
  const { distance } = await import('fastest-levenshtein');
  const lower = word.toLowerCase();
  let nearest: string[] = [];
  let least = Math.max(2, Math.floor(word.length / 3));
  for (const candidate of known) {
    const far = distance(lower, candidate.toLowerCase());
    if (far > least) continue;
    if (far < least) nearest = [];
    least = far;
    nearest.push(candidate);
  }
  const named = nearest.slice(0, MOST).map((one) => `\`${one}\``);
  if (named.length === 0) return '';
  return `; did you mean ${named.length === 1 ? named[0]! : `${named.slice(0, -1).join(', ')} or ${named.at(-1)}`}?`;
}
