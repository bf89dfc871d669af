import type { BulkSend } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { type BulkScene, recipientsOf } from './bulk-scene.js';

const UNLIMITED = { messagingLimit: 'TIER_UNLIMITED', throughput: Infinity };

/** What the apps are started with: each number has the pace of its level. */
export const BY_LEVEL = { messagesPerSecond: undefined };

/** A stand-in with a number of 1,000 messages a second and one of 20, which takes its time over every message. */
export async function busyMeta(): Promise<GraphApiServer> {
  const phoneNumbers = [
    { ...UNLIMITED, throughputLevel: 'HIGH' },
    { ...UNLIMITED, isOnBizApp: true },
  ];
  const meta = await GraphApiServer.start({ accounts: [{ phoneNumbers, templates: Object.values(sampleTemplates) }] });
  meta.faults.nextSend({ kind: 'delay', ms: 50 }, { times: Infinity });
  return meta;
}

const idsOf = ({ account }: GraphApiServer) => account.phoneNumbers.map(({ id }) => id);

/** A bulk send from the fast number that has just begun. */
export async function underWay(scene: BulkScene): Promise<BulkSend> {
  const [phoneNumberId] = idsOf(scene.meta);
  const bulkSend = await scene.create(recipientsOf(1_500), { phoneNumberId });
  return scene.until(bulkSend, ({ counts }) => counts.sent > 50);
}

/**
 * How many messages of the slow number, which sends 20 a second for two seconds from now on, Meta took before the fast number's
 * last one. A slow machine slows both.
 */
export async function slowOnesBeforeLast(scene: BulkScene): Promise<number> {
  const [fast, slow] = idsOf(scene.meta);
  await scene.ended(await scene.create(recipientsOf(40, 5_000), { phoneNumberId: slow }));
  const numbers = scene.meta.messages.map(({ phoneNumberId }) => phoneNumberId);
  return numbers.slice(0, numbers.lastIndexOf(fast ?? '')).filter((number) => number === slow).length;
}

/** How many messages of the fast number Meta took. */
export const receivedOf = ({ meta }: BulkScene): number =>
  meta.messages.filter(({ phoneNumberId }) => phoneNumberId === idsOf(meta)[0]).length;
