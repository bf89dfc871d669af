import { distance } from 'fastest-levenshtein';

/**
 * Returns the known word that was most likely meant: of another spelling (`base_url` for `baseUrl`), with a typo or two, or
 * longer than what was written (`hello` for `hello_world`). Undefined if none is near.
 */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const written = plain(word);
  let best: { readonly candidate: string; readonly typos: number } | undefined;
  let longer: string | undefined;
  for (const candidate of known) {
    const spelled = plain(candidate);
    const most = Math.min(mostTypos(written, spelled), (best?.typos ?? Infinity) - 1);
    // The difference of lengths is the least distance; long words need not be compared to know it.
    if (Math.abs(written.length - spelled.length) <= most) {
      const typos = distance(written, spelled);
      if (typos <= most) best = { candidate, typos };
    }
    if (written.length >= SHORTEST_BEGINNING && spelled.startsWith(written)) longer ??= candidate;
  }
  return best?.candidate ?? longer;
}

/** For the end of an error's text: ` Did you mean "accounts"?`, or nothing if no known word is near. */
export function suggestion(word: unknown, known: Iterable<string>): string {
  const meant = typeof word === 'string' ? didYouMean(word, known) : undefined;
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}

const SHORTEST_BEGINNING = 3;

/** A third of the longer word, so that `es` is not taken for `en` and `queue` not for `guards`. */
const mostTypos = (one: string, other: string): number => Math.floor(Math.max(one.length, other.length) / 3);

/** The same for `phone_number_ids`, `phoneNumberIds` and `Phone-Number-Ids`. */
const plain = (word: string): string => word.toLowerCase().replace(/[\s_.-]/g, '');
