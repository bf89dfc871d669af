import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphCredential } from '../graph/graph-credential.js';
import { idIn } from '../graph/json-object.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import type { MediaFile } from './media-file.js';
import { MEDIA_LIFETIME, MEDIA_TYPES } from './media-types.js';
import type { UploadedMedia } from './media.inputs.js';
import { type MediaKey, StoredMedia } from './stored-media.js';

/** Uploads files that Meta does not have; the same file at the same time only once. */
@Injectable()
export class MediaUpload {
  readonly #underWay = new Map<string, Promise<UploadedMedia>>();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly graph: GraphApiClient,
    private readonly stored: StoredMedia,
  ) {}

  /** @throws MetaApiError, MetaUnreachableError, OutcomeUnknownError: it can be uploaded again */
  of({ phoneNumberId, mimeType, sha256 }: MediaKey, file: MediaFile, credential: GraphCredential) {
    const name = [phoneNumberId, mimeType, sha256].join(' ');
    const underWay = this.#underWay.get(name);
    if (underWay) return underWay;
    const upload = this.#make({ phoneNumberId, mimeType, sha256 }, file, credential).finally(() =>
      this.#underWay.delete(name),
    );
    this.#underWay.set(name, upload);
    return upload;
  }

  async #make(key: MediaKey, file: MediaFile, credential: GraphCredential): Promise<UploadedMedia> {
    const known = await this.stored.find(key);
    if (known) return { ...key, mediaId: known.mediaId, size: known.size, expiresAt: known.expiresAt };
    const mimeType = key.mimeType === 'audio/ogg' ? OGG : key.mimeType;
    const mediaId = await this.graph.upload([key.phoneNumberId, 'media'], {
      credential,
      upload: {
        file: file.open(),
        size: file.size,
        filename: `file.${MEDIA_TYPES.get(key.mimeType)?.extensions[0] ?? 'bin'}`,
        mimeType,
        fields: { messaging_product: 'whatsapp', type: mimeType },
      },
      read: (answer) => idIn(answer),
    });
    const media = { ...key, mediaId, size: file.size, expiresAt: new Date(Date.now() + MEDIA_LIFETIME) };
    await this.#remember(media);
    return media;
  }

  async #remember(media: UploadedMedia): Promise<void> {
    try {
      await this.stored.add(media);
    } catch (error) {
      // It can be sent all the same; it is uploaded again the next time.
      this.logger.warn(`Media ${media.mediaId} was uploaded, but could not be stored: ${String(error)}`);
    }
  }
}

/** The one codec that Meta takes in OGG; it wants it named. */
const OGG = 'audio/ogg; codecs=opus';
