import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { Controller, Get, HttpCode, Inject, type LoggerService, Post, Query, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { IsOptional, IsString } from 'class-validator';
import { CallerStreams } from '../../auth/caller-streams.js';
import { hasAbility } from '../../auth/ability.js';
import { ForbiddenError } from '../../auth/auth.errors.js';
import { CurrentCaller, RequireAbility, type WhatsAppCaller } from '../../auth/caller.js';
import type { ContactImportReport } from '../../contacts/contacts.inputs.js';
import { ContactsService } from '../../contacts/contacts.service.js';
import { ValidationError, WhatsAppError } from '../../errors.js';
import { csvStringify } from '../../lazy-packages.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { BodyStream, type ByteStream, StreamedBody } from '../bodies/body.decorators.js';
import { streamedAnswer } from '../meta-templates/bulk-sends/bulk-send-streams.controller.js';
import { CSV } from '../meta-templates/bulk-sends/recipients/streamed-recipients.js';
import { exampleOf } from '../openapi/class-schema.js';
import { Operation } from '../openapi/operation.js';
import { array, string } from '../openapi/schema.js';
import { Field, ValidDtoPipe } from '../surface/dto.js';
import { RawResponse } from '../surface/handler-parameters.js';
import { IsOneOf } from '../surface/is-one-of.decorator.js';
import {
  columnProblems,
  contactRows,
  EXPORT_COLUMNS,
  exportedContact,
  IMPORT_FIELDS,
  type ImportField,
  previewCsv,
} from './contact-csv.js';
import { ContactFiltersDto, toContactFilters } from './contacts.controller.js';

/** Query of `POST /api/contacts/import`. */
export class ImportContactsDto {
  @IsString({ message: 'must be names of fields, separated by commas.' })
  @Field({
    description: 'What each column is, by its place, separated by commas; empty for one that is left out.',
    example: 'phone,first_name,,groups',
  })
  columns!: string;

  @IsOptional()
  @IsOneOf(['true', 'false'])
  @Field({ description: 'Whether everything is checked and nothing stored.', default: 'false', service: 'isDryRun' })
  dry_run?: 'true' | 'false';
}

/** A column of a list that is to be imported. */
export class PreviewedColumn {
  @Field({ description: 'As it is written above the column.', example: 'Teléfono' })
  name!: string;

  @Field({ description: 'What it probably is.', enum: [...IMPORT_FIELDS], nullable: true, example: 'phone' })
  field!: ImportField | null;
}

/** Answer of `POST /api/contacts/import/preview`. */
export class ImportPreview {
  @Field({ type: () => PreviewedColumn, each: true })
  columns!: readonly PreviewedColumn[];

  @Field({
    type: 'array',
    each: true,
    itemSchema: array(string()),
    description: 'The first lines, by cell.',
    example: [['+5491112345678']],
  })
  rows!: readonly (readonly string[])[];
}

/** Something wrong with a line of a list. */
export class ImportProblem {
  @Field({ type: 'integer', description: 'From 1; the first one names the columns.', example: 3 })
  line!: number;

  @Field({ description: 'The field; empty when the line could not be read.', example: 'phone' })
  field!: string;

  @Field({ example: 'must be a phone number with its country code.' })
  message!: string;
}

/** A line of the answer of `POST /api/contacts/import`. */
export class ImportProgress {
  @Field({ type: 'boolean', description: 'Whether it is the last line.', example: true })
  is_done!: boolean;

  @Field({ type: 'integer', description: 'Lines read, that of the names apart.', example: 2 })
  rows!: number;

  @Field({ type: 'integer', example: 1 })
  created!: number;

  @Field({ type: 'integer', example: 0 })
  updated!: number;

  @Field({ type: 'integer', description: 'Lines that were left out.', example: 1 })
  failed!: number;

  @Field({ type: () => ImportProblem, each: true, description: 'In the last line: the first hundred.' })
  problems!: readonly ImportProblem[];

  @Field({ type: 'integer', description: 'How many more there are.', example: 0 })
  further_problems!: number;

  @Field({ description: 'Why it ended before all was read.', nullable: true, example: null })
  error!: string | null;
}

const CSV_BODY = {
  [CSV]: {
    schema: string({ description: 'Its first line names the columns. At most 100,000 lines below it.' }),
    example: 'Teléfono,Nombre,Ciudad,Grupos\n+5491112345678,Ana,Buenos Aires,vip\n',
  },
} as const;

/** Imports and exports contacts as CSV. */
@Controller('api/contacts')
export class ConsoleContactListsController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly streams: CallerStreams,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
  ) {}

  @Operation({
    summary: 'Read the first lines of a list of contacts',
    description: 'The beginning of the file is enough. Nothing is stored.',
    content: CSV_BODY,
    answers: { 200: { description: 'The columns and what they probably are.', type: ImportPreview } },
    errors: [400],
  })
  @Post('import/preview')
  @HttpCode(200)
  @StreamedBody(CSV)
  @RequireAbility('contacts.create')
  async preview(@BodyStream() stream: ByteStream | undefined): Promise<ImportPreview> {
    const { columns, rows } = await previewCsv(csvOf(stream));
    return { columns: [...columns], rows };
  }

  @Operation({
    summary: 'Import contacts',
    description:
      'Streamed: a line of JSON now and then while it goes on, and a last one. Who is new is created, who is known is changed, ' +
      'empty cells change nothing. Lines that are wrong are left out and named. It may be run again.',
    queryType: ImportContactsDto,
    content: CSV_BODY,
    answers: {
      200: {
        description: 'How far it is.',
        content: {
          'application/x-ndjson': { schema: string(), example: `${JSON.stringify(exampleOf(ImportProgress))}\n` },
        },
      },
    },
    errors: [400],
  })
  @Post('import')
  @HttpCode(200)
  @StreamedBody(CSV)
  @RequireAbility('contacts.create')
  import(
    @Query(new ValidDtoPipe(ImportContactsDto)) { columns, dry_run }: ImportContactsDto,
    @BodyStream() stream: ByteStream | undefined,
    @CurrentCaller() caller: WhatsAppCaller,
    @RawResponse() rawResponse: ServerResponse,
    @Res() response: unknown,
  ): void {
    if (!hasAbility(caller.abilities, 'contacts.update')) throw new ForbiddenError('contacts.update');
    const fields = columns.split(',').map((column) => column.trim());
    const problems = columnProblems(fields);
    if (problems.length > 0) throw new ValidationError(problems);
    this.streams.open(caller, rawResponse);
    const reports = this.contacts.importInSteps({
      workspace: caller.workspace,
      rows: contactRows(csvOf(stream), fields),
      isDryRun: dry_run === 'true',
      enteredBy: caller.apiKeyName,
    });
    const type = 'application/x-ndjson; charset=utf-8';
    const answer = streamedAnswer(progressLines(reports), { response: rawResponse, logger: this.logger, type });
    this.adapterHost.httpAdapter.reply(response, answer);
  }

  @Operation({
    summary: 'Export contacts',
    description: 'Streamed. Cells that a spreadsheet would run as a formula are quoted against it. It can be imported.',
    answers: {
      200: {
        description: 'A line for each, the newest first.',
        content: { [CSV]: { schema: string(), example: `${EXPORT_COLUMNS.join(',')}\n` } },
      },
    },
    errors: [400],
  })
  @Get('export')
  @RequireAbility('contacts.read')
  async export(
    @Query(new ValidDtoPipe(ContactFiltersDto)) filters: ContactFiltersDto,
    @CurrentCaller() caller: WhatsAppCaller,
    @RawResponse() rawResponse: ServerResponse,
    @Res() response: unknown,
  ): Promise<void> {
    this.streams.open(caller, rawResponse);
    const contacts = await begun(this.contacts.export({ ...toContactFilters(filters), workspace: caller.workspace }));
    const rows = csvStringify().stringify({ header: true, bom: true, columns: EXPORT_COLUMNS, escape_formulas: true });
    // The reader of the stream gets the error.
    const text = pipeline(Readable.from(exported(contacts)), rows.setEncoding('utf8'), () => {});
    const options = {
      response: rawResponse,
      logger: this.logger,
      type: `${CSV}; charset=utf-8`,
      disposition: 'attachment; filename="contacts.csv"',
    };
    this.adapterHost.httpAdapter.reply(response, streamedAnswer(text, options));
  }
}

/** @throws ValidationError when the body is something else */
function csvOf(stream: ByteStream | undefined): AsyncIterable<Uint8Array> {
  if (stream) return stream.bytes;
  throw new ValidationError([{ path: 'body', message: `must be CSV, sent as ${CSV}.` }]);
}

async function* exported(contacts: ReturnType<ContactsService['export']>) {
  for await (const contact of contacts) yield exportedContact(contact);
}

/** The same contacts once the first is read: a filter that is wrong is refused before an answer begins. */
async function begun(contacts: ReturnType<ContactsService['export']>): Promise<typeof contacts> {
  const first = await contacts.next();
  return first.done ? contacts : resumed(first.value, contacts);
}

async function* resumed<T>(first: T, others: AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
  yield first;
  yield* others;
}

/** A line for each report. What ends it halfway is named in the last one: its status is sent long before. */
async function* progressLines(reports: AsyncIterable<ContactImportReport>): AsyncGenerator<string> {
  let last: ContactImportReport | undefined;
  try {
    for await (const report of reports) {
      if (last) yield line(last);
      last = report;
    }
    if (last) yield line(last, { isDone: true });
  } catch (error) {
    if (!(error instanceof WhatsAppError)) throw error;
    yield line(last, { isDone: true, error: error.message });
  }
}

/** Problems come with the last line alone: whoever sends a long list reads late, and what waits for them is little then. */
function line(
  report: ContactImportReport | undefined,
  { isDone = false, error = null }: { readonly isDone?: boolean; readonly error?: string | null } = {},
): string {
  const { rows = 0, created = 0, updated = 0, failed = 0, problems = [], furtherProblems = 0 } = report ?? {};
  const progress: ImportProgress = {
    is_done: isDone,
    rows,
    created,
    updated,
    failed,
    problems: isDone ? problems.map(({ row, path, message }) => ({ line: row, field: fieldOf(path), message })) : [],
    further_problems: isDone ? furtherProblems : 0,
    error,
  };
  return `${JSON.stringify(progress)}\n`;
}

/** As columns are called. */
const fieldOf = (path: string): string =>
  path.replace(/\[.*$/, '').replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
