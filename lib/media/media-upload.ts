import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphCredential } from '../graph/graph-request.js';
import { idIn } from '../graph/json.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import type { KeptFile } from './media-file.js';
import { MEDIA_LIFETIME, MEDIA_TYPES } from './media-types.js';
import type { UploadedMedia } from './media.inputs.js';
import { In, LessThan, MoreThan, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { MediaEntity } from './media.entity.js';

/** What makes a file the same for Meta: its bytes and type, and the number that it was uploaded for. */
type MediaKey = Pick<MediaEntity, 'phoneNumberId' | 'sha256' | 'mimeType'>;

/** An id that is handed out again can be sent for this long at least, in ms: bulk sends take their time. */
const SHORTEST_REST = 24 * 60 * 60 * 1000;

/** Remembers which files Meta has. */
@Injectable()
export class StoredMedia {
  constructor(@InjectWhatsAppRepository(MediaEntity) private readonly media: Repository<MediaEntity>) {}

  find(key: MediaKey): Promise<MediaEntity | null> {
    return this.media.findOneBy({ ...key, expiresAt: MoreThan(new Date(Date.now() + SHORTEST_REST)) });
  }

  /** Those of a number that have one of these ids of Meta's; others may be Meta's, too. */
  withIds(phoneNumberId: string, mediaIds: readonly string[]): Promise<MediaEntity[]> {
    return this.media.findBy({ phoneNumberId, mediaId: In(mediaIds) });
  }

  /** Remembers a file that was just uploaded, and forgets those that Meta has forgotten. */
  async add({ mediaId, size, expiresAt, ...media }: UploadedMedia): Promise<void> {
    const { phoneNumberId, sha256, mimeType } = media;
    const key: MediaKey = { phoneNumberId, sha256, mimeType };
    const now = new Date();
    await retryOnDeadlock(() => this.media.delete({ expiresAt: LessThan(now) }));
    const upload = { mediaId, size, expiresAt, createdAt: now };
    try {
      await retryOnDeadlock(() => this.media.insert({ ...key, ...upload }));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      await retryOnDeadlock(() => this.media.update(key, upload));
    }
  }

  async forget(phoneNumberId: string, mediaId: string): Promise<void> {
    await retryOnDeadlock(() => this.media.delete({ phoneNumberId, mediaId }));
  }
}

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
  of({ phoneNumberId, mimeType, sha256 }: MediaKey, file: KeptFile, credential: GraphCredential) {
    const name = [phoneNumberId, mimeType, sha256].join(' ');
    const underWay = this.#underWay.get(name);
    if (underWay) return underWay;
    const upload = this.#make({ phoneNumberId, mimeType, sha256 }, file, credential).finally(() =>
      this.#underWay.delete(name),
    );
    this.#underWay.set(name, upload);
    return upload;
  }

  async #make(key: MediaKey, file: KeptFile, credential: GraphCredential): Promise<UploadedMedia> {
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
