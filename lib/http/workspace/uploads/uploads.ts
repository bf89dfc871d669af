import { Injectable } from '@nestjs/common';
import type { Problem } from '../../../errors.js';
import { MetaUnreachableError, OutcomeUnknownError } from '../../../graph/meta-outcome.errors.js';
import { type MediaKind, mediaTypeOfKind } from '../../../media/media-types.js';
import type { MediaOfNumber } from '../../../media/media.inputs.js';
import { MediaService } from '../../../media/media.service.js';
import { isJsonObject } from '../../../graph/json-object.js';
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
): { readonly typed: TypedFile } | { readonly problem: Problem } {
  if (file.size === 0) return { problem: { path: field, message: 'is empty.' } };
  const type = mediaTypeOfKind(kind, file.head, file.filename);
  if ('problem' in type) return { problem: { path: field, message: type.problem } };
  return { typed: { file, mimeType: type.mimeType } };
}

/** Hands files of forms to Meta. */
@Injectable()
export class Uploads {
  constructor(private readonly media: MediaService) {}

  /**
   * @returns Meta's id of the file
   * @throws MetaApiError, MetaUnreachableError: then nothing was sent
   */
  async mediaIdOf({ file, mimeType }: TypedFile, where: MediaOfNumber): Promise<string> {
    try {
      const { mediaId } = await this.media.upload({ ...where, file, mimeType });
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
