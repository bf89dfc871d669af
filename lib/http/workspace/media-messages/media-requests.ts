import { Injectable } from '@nestjs/common';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { WhatsAppCaller } from '../../../auth/caller.js';
import { ConversationSends, type SentMessage } from '../../../conversations/conversation-sends.js';
import type { SendToInput } from '../../../conversations/conversations.inputs.js';
import { type ValidationProblem, ValidationError } from '../../../errors.js';
import type { IdempotencyInput } from '../../../messages/idempotency-key.js';
import { LARGEST_MEDIA, LARGEST_OF_KIND } from '../../../media/media-types.js';
import type { Form, FormFileRules } from '../../bodies/multipart/form.js';
import { DtoPipe, Field } from '../../surface/dto.js';
import { givenFields, keyOfForm, ID_TO_COME, type TypedFile, typedFile, Uploads } from '../uploads/uploads.js';

export const MEDIA_KINDS = ['image', 'document', 'video', 'audio'] as const;

/** Paths of the content of every kind, in the input of `ConversationsService`. */
const ofEachKind = (...fields: readonly string[]): readonly string[] =>
  MEDIA_KINDS.flatMap((kind) => fields.map((field) => `${kind}${field}`));

/** Body of `POST /messages/media`. The services check what has no class-validator decorator but `IsOptional`. */
export class MediaMessageDto {
  @Field({
    description: 'The recipient: 8 to 15 digits with country code, with or without `+`.',
    example: '+14155551234',
    service: 'to',
  })
  phone_number!: string;

  @IsIn(MEDIA_KINDS, { message: `is required: one of ${MEDIA_KINDS.join(', ')}.` })
  @Field({ example: 'image' })
  media_type!: (typeof MEDIA_KINDS)[number];

  @Field({
    description: 'The public address that Meta fetches the file from.',
    example: 'https://example.com/photo.jpg',
    service: ofEachKind('', '.link', '.id'),
  })
  media_url?: unknown;

  @Field({
    description: 'Audio has none.',
    maxLength: 1_024,
    optional: true,
    example: 'As promised',
    service: ofEachKind('.caption'),
  })
  caption?: unknown;

  @IsOptional()
  @IsString({ message: 'must be a text.' })
  @MaxLength(255, { message: 'must have at most 255 characters.' })
  @Field({ description: 'Of a document, as the customer sees it.', service: ofEachKind('.filename') })
  filename?: string;
}

/** The same in a form, in which a file may replace the address. */
export class MediaMessageForm extends MediaMessageDto {
  @Field({ description: 'The public address that Meta fetches the file from.', optional: true })
  override media_url?: unknown;

  @Field({
    description: 'In place of `media_url`: images up to 5,120 KB, video and audio 16,384 KB, documents 102,400 KB.',
    format: 'binary',
    optional: true,
  })
  media_file?: unknown;
}

const FILE = 'media_file';

/** Which kind it is may be said after the file: the largest is read of any. */
export const MEDIA_FILES: FormFileRules = { [FILE]: { most: LARGEST_MEDIA } };

interface ReadFile {
  readonly file?: TypedFile;
  readonly problems: readonly ValidationProblem[];
}

/** Fulfils requests to send a file. */
@Injectable()
export class MediaRequests {
  readonly #pipe = new DtoPipe(MediaMessageDto);

  constructor(
    private readonly sends: ConversationSends,
    private readonly uploads: Uploads,
  ) {}

  /**
   * @throws ValidationError with everything that is wrong, before Meta is called
   * @throws as `ConversationsService.sendTo` and, of the file, as `Uploads.mediaIdOf`
   */
  async send(form: Form, caller: WhatsAppCaller, idempotency: IdempotencyInput | undefined): Promise<SentMessage> {
    const { body, problems: wrong } = this.#pipe.transform(givenFields(form.fields));
    const { media_type: type, media_url: url } = body;
    const { file, problems: wrongFile } = readFile(body, form);
    const { workspace, apiKeyId } = caller;
    const key = keyOfForm(idempotency, form);
    const inputWith = (source: object): SendToInput => ({
      workspace,
      apiKeyId,
      to: body.phone_number,
      type,
      content: { ...source, ...captionOf(body), ...filenameOf(body, file) },
      contact: {},
      idempotency: key,
    });
    const isUrlAlone = url !== undefined && wrongFile.length === 0;
    const found = this.sends.check(inputWith(isUrlAlone ? { link: url } : { id: ID_TO_COME }));
    const problems = [...form.problems, ...wrong, ...wrongFile, ...found.filter(({ path }) => path !== 'type')];
    if (problems.length > 0) throw new ValidationError(problems);
    if (!file) return this.sends.sendTo(inputWith({ link: url }));
    // A file that was sent before is not uploaded again.
    const before = await this.sends.answered(key);
    if (before) return before;
    await this.sends.assertSendable(inputWith({ id: ID_TO_COME }));
    return this.sends.sendTo(inputWith({ id: await this.uploads.mediaIdOf(file, { workspace }) }));
  }
}

function readFile({ media_type: kind, media_url: url }: MediaMessageDto, form: Form): ReadFile {
  const given = form.files.get(FILE);
  // One that was refused was given, too.
  const isRefused = form.problems.some(({ path }) => path === FILE);
  if (!given && !isRefused) {
    const message = 'is required, or a file in media_file, sent as multipart/form-data.';
    return { problems: url === undefined ? [{ path: 'media_url', message }] : [] };
  }
  const problems: ValidationProblem[] = [];
  if (url !== undefined)
    problems.push({ path: FILE, message: 'is given together with media_url; send one of the two.' });
  if (!given || !MEDIA_KINDS.includes(kind)) return { problems };
  const most = LARGEST_OF_KIND[kind];
  if (given.size > most) {
    const message = `is too large: at most ${most / 1024} KB of type ${kind}.`;
    return { problems: [...problems, { path: FILE, message }] };
  }
  const typed = typedFile(kind, FILE, given);
  return 'problem' in typed ? { problems: [...problems, typed.problem] } : { file: typed.typed, problems };
}

const captionOf = ({ caption }: MediaMessageDto): object => (caption === undefined ? {} : { caption });

/** Only documents show a name. */
function filenameOf({ media_type: kind, filename }: MediaMessageDto, file: TypedFile | undefined): object {
  const name = filename ?? file?.file.filename.slice(0, 255);
  return kind === 'document' && name ? { filename: name } : {};
}
