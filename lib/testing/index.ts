export { GraphApiServer } from './graph-api-server.js';
export type { GraphApiServerOptions } from './graph-api-server.options.js';
export { TestClock, type TestClockOptions } from './graph-api-server.options.js';
export type { App } from './app/app.js';
export type { Account } from './accounts/account.js';
export type { AccountFixture, PhoneNumberFixture } from './accounts/account.fixture.js';
export type { PhoneNumber } from './accounts/phone-number.js';
export type { Invoice, InvoiceLine } from './pricing/charges.js';
export type { Rate, RateCard } from './pricing/rate-card.js';
export type { LimitsOptions } from './limits/limits.js';
export type { Template } from './templates/template.js';
export type {
  NamedExample,
  TemplateButton,
  TemplateCard,
  TemplateComponent,
  TemplateExample,
  TemplateFixture,
} from './templates/template.fixture.js';
export { sampleTemplates } from './templates/samples/sample-templates.js';
export type {
  CutFault,
  DelayFault,
  DripFault,
  ErrorFault,
  Fault,
  FaultMoment,
  FaultScope,
  PendingFault,
  ResetFault,
  SilenceFault,
  StatusFault,
} from './faults/faults.js';
export type { Faults } from './faults/faults.js';
export type { GraphErrorBody } from './errors/graph-error.js';
export type { AppMessage } from './webhooks/app-message.js';
export type { InboundContents, InboundMessage, InboundType } from './webhooks/inbound/inbound-update.js';
export { inboundSamples } from './webhooks/inbound/inbound-update.js';
export type {
  FailedStep,
  WebhookCounts,
  WebhookOptions,
  WebhookStatus,
  WebhookStep,
} from './webhooks/webhook.options.js';
export type { User, UserFixture } from './users/user.js';
export type { RecordedMessage, RecordedRequest, RecordingLevel } from './records/records.js';
export { WhatsAppTesting } from './nest/whatsapp-testing.js';
export { WhatsAppTestingModule, type WhatsAppTestingOptions } from './nest/whatsapp-testing.module.js';
