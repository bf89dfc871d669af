import type { Provider } from '@nestjs/common';
import { BulkAcceptor, EarlierAcceptances } from './accept/acceptor.js';
import { BulkDryRuns } from './accept/dry-runs.js';
import { RecipientRows } from './accept/recipient-rows.js';
import { BulkTargets } from './accept/target.js';
import { BulkControl, BulkRetries, CancelledMessages } from './control.js';
import { BulkChunks } from './dispatch/chunks.js';
import { BulkDispatcher, ChunkPlan } from './dispatch/dispatcher.js';
import { BulkForecast, NumberPace } from './forecast.js';
import { BulkLedger } from './ledger.js';
import { BulkLifecycle } from './lifecycle.js';
import { BulkMaintenance, FreedLimits } from './maintenance.js';
import { BulkReads, BulkViews } from './reads.js';
import { RefusedMessages, RefusedRecipients } from './refused-recipients.js';
import { CallReactions } from './send/call-reactions.js';
import { ChunkSender, SliceClaimer } from './send/chunk-sender.js';
import { BulkOutcomes, OutcomeWriter } from './send/outcome-writer.js';
import { PendingMessages } from './send/pending-messages.js';
import { RetryUntilStored } from './send/retry-until-stored.js';
import { SendableBulkSends } from './send/sendable-bulk-sends.js';
import { SliceSender } from './send/slice-sender.js';
import { Takeover, UnconfirmedMessages } from './takeover.js';
import { TemplatePauses } from './template-pauses.js';

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
