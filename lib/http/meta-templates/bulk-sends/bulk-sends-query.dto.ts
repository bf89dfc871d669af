import { IsOptional } from 'class-validator';
import type { BulkSendStatus } from '../../../bulk/bulk-send.js';
import type { MessageStatus } from '../../../messages/message.entity.js';
import { IsPeriodEnd } from '../../moment.js';
import { IsOneOf } from '../../is-one-of.decorator.js';
import { PageDto } from '../../page.js';

const BULK_SEND_STATUSES = [
  'SCHEDULED',
  'QUEUED',
  'PROCESSING',
  'PAUSED',
  'COMPLETED',
  'PARTIAL',
  'FAILED',
  'CANCELLED',
] as const satisfies readonly BulkSendStatus[];

const MESSAGE_STATUSES = [
  'pending',
  'sending',
  'unconfirmed',
  'sent',
  'delivered',
  'read',
  'failed',
] as const satisfies readonly MessageStatus[];

const EXPORT_FORMATS = ['csv', 'ndjson'] as const;

/** Query of `GET /meta-templates/bulk-sends/`. */
export class ListBulkSendsDto extends PageDto {
  @IsOptional()
  @IsOneOf(BULK_SEND_STATUSES)
  status?: BulkSendStatus;

  /** Name or row id of a template; an impossible name matches nothing. */
  template?: string;

  @IsOptional()
  @IsPeriodEnd('start')
  created_after?: string;

  @IsOptional()
  @IsPeriodEnd('end')
  created_before?: string;
}

/** Query of `GET /meta-templates/bulk-sends/{id}/messages/`. */
export class ListBulkMessagesDto extends PageDto {
  @IsOptional()
  @IsOneOf(MESSAGE_STATUSES)
  status?: (typeof MESSAGE_STATUSES)[number];
}

const BOM = ['true', 'false'] as const;

/** Query of `GET /meta-templates/bulk-sends/{id}/export/`. */
export class ExportBulkSendDto {
  /** `csv` when left out. */
  @IsOptional()
  @IsOneOf(EXPORT_FORMATS)
  format?: (typeof EXPORT_FORMATS)[number];

  /** Whether a CSV begins with the mark by which spreadsheets know UTF-8; it does when left out. */
  @IsOptional()
  @IsOneOf(BOM)
  bom?: (typeof BOM)[number];
}
