import { setTimeout as delay } from 'node:timers/promises';
import type { WebhookMood } from '../meta.process.js';
import { type FaultKind, over } from './fault.js';

const moods: readonly (readonly [name: string, mood: WebhookMood])[] = [
  ['webhooks doubled', 'twice'],
  ['webhooks late, by 4 s', 'late'],
  ['webhooks in any order', 'in any order'],
  ['webhooks in large batches', 'in batches'],
];

/** How Meta's webhooks come. */
export const webhookFaults: readonly FaultKind[] = [
  ...moods.map(([name, mood]): FaultKind => ({
    name,
    track: 'webhooks',
    weight: 8,
    isFor: ({ sender }) => sender === 'library',
    async strike({ meta }, random) {
      await meta.call('webhookMood', mood);
      await delay(random.between(1_000, 4_000));
      await meta.call('webhookMood', 'in order');
      return over();
    },
  })),
  {
    name: 'webhooks lost for an hour (a minute here, as outcomes lapse after 10 s), then delivered',
    track: 'webhooks',
    weight: 1,
    isFor: ({ sender }) => sender === 'library',
    async strike({ plan, webhookProxy }) {
      webhookProxy.isOpen = false;
      webhookProxy.cut();
      await delay(plan.hourMs);
      webhookProxy.isOpen = true;
      return over();
    },
  },
];
