import type { Provider } from '@nestjs/common';
import { BulkAcceptor } from './accept/bulk-acceptor.js';
import { BulkDryRuns } from './accept/bulk-dry-runs.js';
import { BulkForecast } from './accept/bulk-forecast.js';
import { BulkTargets } from './accept/bulk-target.js';
import { EarlierAcceptances } from './accept/earlier-acceptances.js';
import { StoredRecipients } from './accept/stored-recipients.js';
import { BulkChunks } from './bulk-chunks.js';
import { BulkReads } from './bulk-reads.js';
import { BulkViews } from './bulk-views.js';
import { BulkWaker } from './bulk-waker.js';
import { NumberPace } from './number-pace.js';
import { ChunkPlan } from './chunk-plan.js';
import { BulkControl, CancelledMessages } from './control/bulk-control.js';
import { BulkRetries } from './control/bulk-retries.js';
import { BulkLifecycle } from './lifecycle.js';
import { TemplatePauses } from './template-pauses.js';
import { BulkLedger } from './ledger/bulk-ledger.js';
import { RefusedRecipients } from './refused-recipients.js';
import { BatchSender } from './send/batch-sender.js';
import { BulkOutcomes } from './send/bulk-outcomes.js';
import { ChunkSender } from './send/chunk-sender.js';
import { OutcomeWriter } from './send/outcome-writer.js';
import { PendingMessages } from './send/pending-messages.js';
import { Persistence } from './send/persistence.js';
import { RefusedMessages } from './send/refused-messages.js';
import { CallReactions } from './send/call-reactions.js';
import { SendingStates } from './send/sending-states.js';
import { SliceSender } from './send/slice-sender.js';
import { FreedQuota } from './freed-quota.js';
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
  BulkWaker,
  ChunkPlan,
  NumberPace,
  RefusedRecipients,
  BulkAcceptor,
  BulkDryRuns,
  BulkForecast,
  BulkTargets,
  EarlierAcceptances,
  StoredRecipients,
  BatchSender,
  BulkOutcomes,
  OutcomeWriter,
  PendingMessages,
  Persistence,
  RefusedMessages,
  CallReactions,
  SendingStates,
  SliceSender,
  ChunkSender,
  CancelledMessages,
  FreedQuota,
  Takeover,
  BulkMaintenance,
  UnconfirmedMessages,
];
