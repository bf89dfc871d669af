import { setTimeout as delay } from 'node:timers/promises';
import type { GraphApiServer } from 'nestjs-whatsapp/testing';
import { type DemoClient, indent } from './demo-client.js';

const CUSTOMER = '+5491155550000';

/** Has a customer write, and shows the conversation once a handler of the app has answered. */
export async function showConversation(client: DemoClient, meta: GraphApiServer): Promise<void> {
  console.log('A customer writes; DemoReplies, which has a method with @OnInboundMessage(), answers:');
  const sent = meta.messageCount;
  meta.phoneNumber.receive({
    type: 'text',
    from: CUSTOMER,
    profileName: 'Ana',
    text: { body: 'Is my order on its way?' },
  });
  await meta.waitForMessages(sent + 1);
  await untilReported(meta);
  const list = await client.show('GET', '/api/whatsapp/conversations?limit=1');
  const [conversation] = Array.isArray(list['data']) ? list['data'] : [];
  await client.show('GET', `/api/whatsapp/conversations/${String(conversation?.conversation_id)}`);
  console.log(`Meta was asked to send:\n${indent(meta.messagesTo(CUSTOMER).map(({ body }) => body))}\n`);
}

/** Waits until the app has taken every webhook. */
export async function untilReported(meta: GraphApiServer): Promise<void> {
  while (meta.webhookCounts.pending > 0) await delay(50);
}
