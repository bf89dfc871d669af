import type { Provider } from '@nestjs/common';
import { InboundCallbacks } from './inbound-callbacks.js';
import { InboundMessages } from './inbound-messages.js';
import { InboundRows, KnownMessages } from './inbound-rows.js';
import { ReceivingNumbers } from './receiving-numbers.js';

/** What customers' messages are applied with. */
export const inboundProviders: Provider[] = [
  InboundMessages,
  InboundRows,
  InboundCallbacks,
  KnownMessages,
  ReceivingNumbers,
];
