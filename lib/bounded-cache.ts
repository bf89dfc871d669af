import { LRUCache } from 'lru-cache';

/**
 * A cache of the entries used last.
 *
 * lru-cache's own `max` reserves memory for all entries at once, which takes longer than anything else while a host
 * starts; here the memory grows with the entries.
 *
 * @param max how many entries it keeps
 * @param ttl for how long, in ms; without it until they make way for others
 */
export function boundedCache<K extends object | string | number, V extends object | string | number | boolean>(
  max: number,
  ttl?: number,
): LRUCache<K, V> {
  return new LRUCache<K, V>({ maxSize: max, sizeCalculation: () => 1, ...(ttl !== undefined && { ttl }) });
}
