import type { Provider } from '@nestjs/common';
import { InboundRows, KnownMessages } from './inbound-rows.js';
import { InboundMessages } from './inbound-messages.js';
import { ReceivingNumbers } from './receiving-numbers.js';

/** What customers' messages are applied with. */
export const inboundProviders: Provider[] = [InboundMessages, InboundRows, KnownMessages, ReceivingNumbers];
