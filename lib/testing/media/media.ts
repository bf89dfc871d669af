import type { PhoneNumber } from '../accounts/phone-number.js';
import type { AccountNode, GraphNode } from '../graph-node.js';
import type { UploadedFile } from '../server/multipart-body.js';

/** Days that an uploaded file can be sent. */
const LIFETIME_MS = 30 * 86_400_000;

/** An uploaded file. */
export class Media implements GraphNode {
  constructor(
    readonly id: string,
    readonly phoneNumber: PhoneNumber,
    readonly mimeType: string,
    readonly file: UploadedFile,
    /** Epoch milliseconds. */
    readonly uploadedAt: number,
  ) {}

  get account(): AccountNode {
    return this.phoneNumber.account;
  }

  isExpired(now: number): boolean {
    return now >= this.uploadedAt + LIFETIME_MS;
  }
}
