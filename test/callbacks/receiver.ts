import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { bodyOf, httpServer } from '../graph/local-server.js';

/** A callback as its receiver has it. */
export interface Received {
  readonly id: string;
  readonly event: string;
  readonly signature: string;
  readonly contentType: string;
  readonly raw: Buffer;
  // Tests say what they expect of it.
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any
}

type Answer = (response: ServerResponse, received: Received) => void;

/** A real HTTP server that callbacks are delivered to. */
export class Receiver {
  readonly received: Received[] = [];
  url = '';
  /** 200 unless a test says otherwise. */
  answer: Answer = (response) => void response.writeHead(200).end('thanks');

  static async start(answer?: Answer): Promise<Receiver> {
    const receiver = new Receiver();
    if (answer) receiver.answer = answer;
    const url = await httpServer((request, response) => {
      const header = (name: string) => String(request.headers[name]);
      const serve = async (): Promise<void> => {
        const raw = await bodyOf(request);
        const received = {
          id: header('x-webhook-id'),
          event: header('x-webhook-event'),
          signature: header('x-webhook-signature'),
          contentType: header('content-type'),
          raw,
          body: JSON.parse(raw.toString()),
        };
        receiver.received.push(received);
        receiver.answer(response, received);
      };
      serve().catch(() => response.destroy());
    });
    receiver.url = `${url}/hook`;
    return receiver;
  }

  get ids(): string[] {
    return this.received.map(({ id }) => id);
  }

  of(event: string): Received[] {
    return this.received.filter((received) => received.event === event);
  }
}

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end();

export const signatureWith = (secret: string, raw: Buffer): string =>
  createHmac('sha256', secret).update(raw).digest('hex');
