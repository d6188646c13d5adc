/** "; did you mean `x`?" for the nearest of several words, or nothing where none is near. */
export async function didYouMean(word: string, known: readonly string[]): Promise<string> {
  const { distance } = await import('fastest-levenshtein');
  const lower = word.toLowerCase();
  let nearest: string | null = null;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const far = distance(lower, candidate.toLowerCase());
    if (far < least) {
      least = far;
      nearest = candidate;
    }
  }
  return nearest === null ? '' : `; did you mean \`${nearest}\`?`;
}
