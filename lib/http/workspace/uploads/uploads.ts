import { Injectable } from '@nestjs/common';
import { AccountCredentials } from '../../../accounts/account-credentials.js';
import { PhoneNumbers } from '../../../accounts/phone-numbers.js';
import { WorkspacesService } from '../../../accounts/workspaces.service.js';
import type { ValidationProblem } from '../../../errors.js';
import { MetaUnreachableError, OutcomeUnknownError } from '../../../graph/meta-outcome.errors.js';
import { assertSize } from '../../../media/media-file.js';
import { largestOf, type MediaKind, mediaTypeOfKind } from '../../../media/media-types.js';
import { MediaUpload } from '../../../media/media-upload.js';
import type { MediaOfNumber } from '../../../media/media.inputs.js';
import { isJsonObject } from '../../../graph/json.js';
import type { IdempotencyInput } from '../../../messages/idempotency-key.js';
import type { Form, FormFile } from '../../bodies/multipart/form.js';

/** A file of a form with its type. */
export interface TypedFile {
  readonly file: FormFile;
  readonly mimeType: string;
}

/** Stands for the id of a file that Meta does not have yet, where a message with it is checked. */
export const ID_TO_COME = '0';

/** The file with its type by its first bytes, or what is wrong with it. */
export function typedFile(
  kind: MediaKind,
  field: string,
  file: FormFile,
): { readonly typed: TypedFile } | { readonly problem: ValidationProblem } {
  if (file.size === 0) return { problem: { path: field, message: 'is empty.' } };
  const type = mediaTypeOfKind(kind, file.head, file.filename);
  if ('problem' in type) return { problem: { path: field, message: type.problem } };
  return { typed: { file, mimeType: type.mimeType } };
}

/** Hands files of forms to Meta. */
@Injectable()
export class Uploads {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly credentials: AccountCredentials,
    private readonly uploads: MediaUpload,
  ) {}

  /**
   * @returns Meta's id of the file
   * @throws InvalidMediaError, NotFoundError `PHONE_NUMBER_NOT_FOUND`
   * @throws MetaApiError, MetaUnreachableError: then nothing was sent
   */
  async mediaIdOf({ file, mimeType }: TypedFile, where: MediaOfNumber): Promise<string> {
    const workspaceId = await this.workspaces.idOf(where.workspace);
    const { phoneNumberId, account } = await this.phoneNumbers.find(workspaceId, where.phoneNumberId);
    const credential = await this.credentials.of(account.businessAccountId);
    assertSize(file, largestOf(mimeType, file.head));
    try {
      const { mediaId } = await this.uploads.of({ phoneNumberId, mimeType, sha256: file.sha256 }, file, credential);
      return mediaId;
    } catch (error) {
      // Whether Meta has the file or not, no message went out: the request can be made again.
      if (error instanceof OutcomeUnknownError) throw new MetaUnreachableError(error);
      throw error;
    }
  }
}

/** A body without the fields that were left empty: forms send all of theirs, filled in or not. */
export function givenFields(body: unknown): unknown {
  if (body === undefined) return {};
  if (!isJsonObject(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== '' && value !== null));
}

/** An idempotency key with the whole request: its files, too, by their hashes. */
export function keyOfForm(idempotency: IdempotencyInput | undefined, form: Form): IdempotencyInput | undefined {
  if (!idempotency || form.files.size === 0) return idempotency && { ...idempotency, body: form.fields };
  const files = Array.from(form.files, ([name, { sha256, filename }]) => ({ name, sha256, filename }));
  return { ...idempotency, body: { fields: form.fields, files } };
}
