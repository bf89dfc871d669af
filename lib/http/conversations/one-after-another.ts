/**
 * Does the work for each item, in their order and a few at the same time; the first one alone, so that nothing more is
 * begun when it fails. Should others fail, the rest is done all the same.
 * @throws the first failure in the order of the items
 */
export async function oneAfterAnother<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: PromiseSettledResult<Result>[] = [];
  const [first] = items;
  if (first === undefined) return [];
  results.push({ status: 'fulfilled', value: await work(first, 0) });
  let next = 1;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let item = items[next]; item !== undefined; item = items[next]) {
        const index = next;
        next += 1;
        [results[index]] = await Promise.allSettled([work(item, index)]);
      }
    }),
  );
  return results.map((result) => {
    if (result.status === 'fulfilled') return result.value;
    throw result.reason;
  });
}
