import { types } from 'node:util';
import { Injectable } from '@nestjs/common';
import { AccountCredentials } from '../accounts/account-credentials.js';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphCredential } from '../graph/graph-request.js';
import { WorkspacesService } from '../accounts/workspaces.service.js';
import { assertSize, fileInMemory, type MediaFile, spooledFile } from './media-file.js';
import { LARGEST_MEDIA, largestOf, MEDIA_TYPES, plainType, typeOfName, typesOf } from './media-types.js';
import type { DownloadedMedia, MediaOfNumber, UploadedMedia, UploadMediaInput } from './media.inputs.js';
import { MediaUpload, StoredMedia } from './media-upload.js';
import { RemoteFiles } from './remote-files.js';
import { InvalidMediaError } from './media.errors.js';
import { MetaApiError } from '../graph/meta-api.error.js';
import { MetaUnreachableError } from '../graph/meta-outcome.errors.js';

/** What Meta reports of a file. */
interface GraphMedia {
  /** Valid for five minutes. */
  readonly url?: string;
  readonly mime_type?: string;
  readonly sha256?: string;
  /** Meta's pages have a text, its answers a number, too. */
  readonly file_size?: string | number;
}

/** Reads files from Meta. */
@Injectable()
export class MediaDownload {
  constructor(private readonly graph: GraphApiClient) {}

  /** @throws MetaApiError, MetaUnreachableError */
  async of(mediaId: string, phoneNumberId: string, credential: GraphCredential): Promise<DownloadedMedia> {
    try {
      return await this.#read(mediaId, phoneNumberId, credential);
    } catch (error) {
      // The address was good for five minutes, or Meta moved the file: a new one leads there.
      if (!isGone(error)) throw error;
      return await this.#read(mediaId, phoneNumberId, credential);
    }
  }

  async #read(mediaId: string, phoneNumberId: string, credential: GraphCredential): Promise<DownloadedMedia> {
    const query = { phone_number_id: phoneNumberId };
    const {
      url = '',
      mime_type,
      sha256,
      file_size,
    } = await this.graph.get<GraphMedia>([mediaId], { credential, query });
    const { body } = await this.graph.download(url, { credential });
    const size = Number(file_size ?? NaN);
    return { stream: body, mimeType: mime_type, sha256, size: Number.isSafeInteger(size) ? size : undefined };
  }
}

function isGone(error: unknown): boolean {
  return (error instanceof MetaApiError || error instanceof MetaUnreachableError) && error.httpStatus === 404;
}

/**
 * Files at Meta: uploaded for sending, downloaded when customers sent them.
 *
 * @publicApi
 */
@Injectable()
export class MediaService {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly credentials: AccountCredentials,
    private readonly graph: GraphApiClient,
    private readonly remoteFiles: RemoteFiles,
    private readonly uploads: MediaUpload,
    private readonly downloads: MediaDownload,
    private readonly stored: StoredMedia,
  ) {}

  /**
   * Uploads a file, so that it can be sent by its id; a file that Meta has already, and keeps for another day at least, is
   * not uploaded again. Streams are never in memory whole.
   *
   * @throws InvalidMediaError when Meta takes no such type or size, or an address gives no file: nothing was uploaded
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`, `WORKSPACE_NOT_FOUND`
   * @throws MetaApiError, MetaUnreachableError, OutcomeUnknownError: it can be uploaded again
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
   */
  async upload(input: UploadMediaInput): Promise<UploadedMedia> {
    const { mimeType: given } = input;
    if (given !== undefined) assertSupported(plainType(given), 'mimeType');
    const { phoneNumberId, credential } = await this.#number(input);
    const { file, ...hints } = await this.#open(input);
    try {
      const mimeType = mediaTypeOf({ mimeType: given, ...hints }, file.head);
      assertSize(file, largestOf(mimeType, file.head));
      return await this.uploads.of({ phoneNumberId, mimeType, sha256: file.sha256 }, file, credential);
    } finally {
      await file.remove();
    }
  }

  /**
   * Opens a file at Meta: one that a customer sent, for 7 days, or one that was uploaded, for 30.
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`, `WORKSPACE_NOT_FOUND`
   * @throws MetaApiError, MetaUnreachableError
   */
  async download(mediaId: string, where: MediaOfNumber = {}): Promise<DownloadedMedia> {
    const { phoneNumberId, credential } = await this.#number(where);
    return this.downloads.of(mediaId, phoneNumberId, credential);
  }

  /**
   * Deletes a file at Meta.
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`, `WORKSPACE_NOT_FOUND`
   * @throws MetaApiError, MetaUnreachableError, OutcomeUnknownError
   */
  async delete(mediaId: string, where: MediaOfNumber = {}): Promise<void> {
    const { phoneNumberId, credential } = await this.#number(where);
    // Forgotten first: an id that Meta may have deleted must not be sent.
    await this.stored.forget(phoneNumberId, mediaId);
    await this.graph.delete([mediaId], { credential, query: { phone_number_id: phoneNumberId } });
  }

  async #number(where: MediaOfNumber): Promise<{ phoneNumberId: string; credential: GraphCredential }> {
    const workspaceId = await this.workspaces.idOf(where.workspace);
    const { phoneNumberId, account } = await this.phoneNumbers.find(workspaceId, where.phoneNumberId);
    return { phoneNumberId, credential: await this.credentials.of(account.businessAccountId) };
  }

  async #open({ file, mimeType, filename }: UploadMediaInput): Promise<DeclaredType & { readonly file: MediaFile }> {
    if (types.isUint8Array(file)) return { file: fileInMemory(file), filename };
    const most = (mimeType === undefined ? undefined : MEDIA_TYPES.get(plainType(mimeType))?.most) ?? LARGEST_MEDIA;
    if (typeof file !== 'string' && !isUrl(file)) return { file: await spooledFile(file, most), filename };
    const remote = await this.remoteFiles.open(file);
    const { contentType } = remote;
    return { file: await spooledFile(remote.body, most), contentType, filename: filename ?? remote.filename };
  }
}

const isUrl = (file: object): file is URL => 'href' in file;

/** What is known of a file's type before it is looked at. */
interface DeclaredType {
  /** As the caller says. */
  readonly mimeType?: string | undefined;
  /** As the server says that the file comes from. */
  readonly contentType?: string | undefined;
  readonly filename?: string | undefined;
}

/**
 * The type of a file, by the caller's word and the file's first bytes; where those leave a choice, or say nothing, by what
 * its server and its name say.
 * @throws InvalidMediaError when Meta takes no such type, when the bytes are of another, or when it is not known
 */
export function mediaTypeOf({ mimeType, contentType, filename }: DeclaredType, head: Uint8Array): string {
  const seen = typesOf(head);
  if (mimeType !== undefined) return assertSupported(assertDetected(plainType(mimeType), seen), 'mimeType');
  const hinted = [contentType && plainType(contentType), filename && typeOfName(filename)];
  const known = hinted.find((type) => type && MEDIA_TYPES.has(type) && (seen.length === 0 || seen.includes(type)));
  const type = known || seen[0];
  if (type !== undefined) return assertSupported(type, 'file');
  throw new InvalidMediaError({
    path: 'mimeType',
    message: 'is needed: neither the name nor the first bytes of the file show its type.',
  });
}

/** @throws InvalidMediaError when Meta does not take a caller's type */
function assertSupported(type: string, path: 'file' | 'mimeType'): string {
  if (MEDIA_TYPES.has(type)) return type;
  const taken = [...MEDIA_TYPES.keys()].join(', ');
  throw new InvalidMediaError({ path, message: `is ${JSON.stringify(type.slice(0, 80))}; Meta takes ${taken}.` });
}

/** Files with unknown first bytes are taken at the caller's word: Meta checks them itself. */
function assertDetected(type: string, seen: readonly string[]): string {
  if (seen.length === 0 || seen.includes(type)) return type;
  const message = `is said to be ${type}, but its first bytes are those of ${seen.join(' or ')}.`;
  throw new InvalidMediaError({ path: 'file', message });
}
