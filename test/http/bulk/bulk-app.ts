import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { vi } from 'vitest';
import { type Answer, TestApp, type TestAppOptions } from '../../support/test-app.js';

export const SEND_BULK = '/api/v1/meta-templates/send-bulk/';
export const BULK_SENDS = '/api/v1/meta-templates/bulk-sends/';
export const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
export const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The nth of as many phone numbers as a test needs. */
export const phoneOf = (index: number): string => `+54911${String(10_000_000 + index)}`;

export const recipientOf = (index: number, variables: object = { name: `Person ${index}`, company: 'Mi Empresa' }) => ({
  phone: phoneOf(index),
  variables,
});

export const recipientsOf = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => recipientOf(from + index));

/** Bulk sends over HTTP. */
export class BulkApp implements AsyncDisposable {
  private constructor(readonly app: TestApp) {}

  static async start(options: TestAppOptions): Promise<BulkApp> {
    return new BulkApp(await TestApp.start(options));
  }

  get meta() {
    return this.app.meta;
  }

  /** Fields of a request next to its recipients. */
  fields(overrides: object = {}): Record<string, unknown> {
    const { name, language } = sampleTemplates.named;
    return { phone_number_id: this.meta.phoneNumber.id, template_name: name, language, ...overrides };
  }

  send(recipients: unknown, overrides: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.app.call('POST', SEND_BULK, this.fields({ recipients, ...overrides }), headers);
  }

  /** Sends a body that is no JSON, with the fields in the query. */
  upload(
    contentType: string,
    body: string | Uint8Array<ArrayBuffer>,
    overrides: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.app.send('POST', this.uploadPath(overrides), {
      headers: { 'content-type': contentType, ...headers },
      body,
    });
  }

  uploadPath(overrides: Record<string, string> = {}): string {
    const query = Object.entries(this.fields(overrides)).map(([name, value]): [string, string] => [
      name,
      String(value),
    ]);
    return `${SEND_BULK}?${new URLSearchParams(query).toString()}`;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.app.call('GET', BULK_SENDS + path, undefined, headers);
  }

  /** How many bulk sends there are. */
  async count(): Promise<number> {
    return (await this.get('')).body.count;
  }

  /** The status object once it is as expected. */
  async until(id: string, isAsExpected: (status: Answer['body']) => boolean): Promise<Answer['body']> {
    return vi.waitFor(
      async () => {
        const { body } = await this.get(`${id}/`);
        if (!isAsExpected(body)) throw new Error(`The bulk send is still ${JSON.stringify(body)}.`);
        return body;
      },
      { timeout: 30_000, interval: 50 },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
  }
}
