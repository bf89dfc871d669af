import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LessThanOrEqual, Repository } from 'typeorm';
import { NotFoundError } from '../errors.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { ApiKeyRows } from './api-key-rows.js';
import { isExpired } from './api-key.js';
import { ApiKeysService, ApiKeyUsage } from './api-keys.service.js';
import type { WhatsAppCaller } from './caller.js';
import { ConsoleSessionEntity } from './console-session.entity.js';

/** What signing in takes. */
export interface SignIn {
  readonly key: string;
  /** The client's, by which wrong keys are counted. */
  readonly address: string | undefined;
  /** Milliseconds until the session ends by itself. */
  readonly lifetime: number;
}

/** Who is signed in, and the token that says so from now on. */
export interface OpenedSession {
  readonly token: string;
  readonly caller: WhatsAppCaller;
}

/** 32 random bytes in base64url. */
const TOKEN_FORM = /^[\w-]{43}$/;

/** Sessions of the console. Key and session are read at every request: a key that is revoked ends its sessions at once. */
@Injectable()
export class ConsoleSessions {
  constructor(
    @InjectWhatsAppRepository(ConsoleSessionEntity) private readonly sessions: Repository<ConsoleSessionEntity>,
    private readonly apiKeys: ApiKeysService,
    private readonly rows: ApiKeyRows,
    private readonly usage: ApiKeyUsage,
  ) {}

  /**
   * Opens a session for an API key; null when the key is unknown, revoked or expired.
   * @throws RateLimitedError when too many wrong keys came from that address
   */
  async open({ key, address, lifetime }: SignIn): Promise<OpenedSession | null> {
    const verified = await this.apiKeys.verify(key, { address });
    if (!verified) return null;
    const { apiKeyId, name: apiKeyName, workspace, abilities } = verified;
    const token = randomBytes(32).toString('base64url');
    const createdAt = new Date();
    const expiresAt = new Date(createdAt.getTime() + lifetime);
    // Whoever signs in clears away what is over: there are few sessions, and an index finds these.
    await this.sessions.delete({ expiresAt: LessThanOrEqual(createdAt) });
    await this.sessions.insert({ tokenHash: hashOf(token), apiKeyId, createdAt, expiresAt });
    return { token, caller: { workspace, abilities, apiKeyId, apiKeyName } };
  }

  /** Returns who is signed in by this token; null when the session or its key is over. */
  async find(token: string): Promise<WhatsAppCaller | null> {
    const session = TOKEN_FORM.test(token) ? await this.sessions.findOneBy({ tokenHash: hashOf(token) }) : null;
    if (!session || session.expiresAt.getTime() <= Date.now()) return null;
    const apiKey = await this.#keyOf(session);
    if (!apiKey || apiKey.revokedAt || isExpired(apiKey)) return null;
    const { id: apiKeyId, name: apiKeyName, workspace, abilities } = apiKey;
    this.usage.note(apiKeyId);
    return { workspace, abilities, apiKeyId, apiKeyName };
  }

  /** Ends a session; one that is unknown is over already. */
  async close(token: string): Promise<void> {
    await this.sessions.delete({ tokenHash: hashOf(token) });
  }

  async #keyOf({ apiKeyId }: ConsoleSessionEntity) {
    try {
      const { apiKey } = await this.rows.get(apiKeyId, { workspace: '*' });
      return apiKey;
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      throw error;
    }
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
