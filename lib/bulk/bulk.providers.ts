import type { Provider } from '@nestjs/common';
import { BulkAcceptor, EarlierAcceptances } from './accept/acceptor.js';
import { BulkDryRuns } from './accept/dry-runs.js';
import { BulkForecast, NumberPace } from './forecast.js';
import { BulkTargets } from './accept/target.js';
import { RecipientRows } from './accept/recipient-rows.js';
import { BulkChunks } from './dispatch/chunks.js';
import { BulkReads } from './reads.js';
import { BulkViews } from './views.js';
import { BulkDispatcher, ChunkPlan } from './dispatch/dispatcher.js';
import { BulkControl, CancelledMessages } from './control.js';
import { BulkRetries } from './retries.js';
import { BulkLifecycle } from './lifecycle.js';
import { TemplatePauses } from './template-pauses.js';
import { BulkLedger } from './ledger.js';
import { RefusedRecipients, RefusedMessages } from './refused-recipients.js';
import { ChunkSender, SliceClaimer } from './send/chunk-sender.js';
import { OutcomeWriter, BulkOutcomes } from './send/outcome-writer.js';
import { PendingMessages } from './send/pending-messages.js';
import { RetryUntilStored } from './send/retry-until-stored.js';
import { CallReactions } from './send/call-reactions.js';
import { SendableBulkSends } from './send/sendable-bulk-sends.js';
import { SliceSender } from './send/slice-sender.js';
import { FreedLimits } from './freed-limits.js';
import { BulkMaintenance } from './maintenance.js';
import { Takeover, UnconfirmedMessages } from './takeover.js';

/** What bulk sends need, but for the queue and the pacer. */
export const bulkProviders: Provider[] = [
  BulkLedger,
  BulkLifecycle,
  TemplatePauses,
  BulkChunks,
  BulkReads,
  BulkViews,
  BulkControl,
  BulkRetries,
  BulkDispatcher,
  ChunkPlan,
  NumberPace,
  RefusedRecipients,
  BulkAcceptor,
  BulkDryRuns,
  BulkForecast,
  BulkTargets,
  EarlierAcceptances,
  RecipientRows,
  SliceClaimer,
  BulkOutcomes,
  OutcomeWriter,
  PendingMessages,
  RetryUntilStored,
  RefusedMessages,
  CallReactions,
  SendableBulkSends,
  SliceSender,
  ChunkSender,
  CancelledMessages,
  FreedLimits,
  Takeover,
  BulkMaintenance,
  UnconfirmedMessages,
];
