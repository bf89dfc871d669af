import { Injectable } from '@nestjs/common';
import { LessThan, MoreThan, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry-on-deadlock.js';
import { isUniqueViolation } from '../store/unique-violation.js';
import { MediaEntity } from './media.entity.js';
import type { UploadedMedia } from './media.inputs.js';

/** What makes a file the same for Meta: its bytes and type, and the number that it was uploaded for. */
export type MediaKey = Pick<MediaEntity, 'phoneNumberId' | 'sha256' | 'mimeType'>;

/** An id that is handed out again can be sent for this long at least, in ms: bulk sends take their time. */
const SHORTEST_REST = 24 * 60 * 60 * 1000;

/** Remembers which files Meta has. */
@Injectable()
export class StoredMedia {
  constructor(@InjectWhatsAppRepository(MediaEntity) private readonly media: Repository<MediaEntity>) {}

  find(key: MediaKey): Promise<MediaEntity | null> {
    return this.media.findOneBy({ ...key, expiresAt: MoreThan(new Date(Date.now() + SHORTEST_REST)) });
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
