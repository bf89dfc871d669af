import { Injectable } from '@nestjs/common';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphCredential } from '../graph/graph-credential.js';
import { MetaApiError } from '../graph/meta-api.error.js';
import { MetaUnreachableError } from '../graph/meta-outcome.errors.js';
import type { DownloadedMedia } from './media.inputs.js';

/** What Meta tells of a file. */
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
