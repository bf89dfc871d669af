import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Controller, Get, type LoggerService, type StreamableFile } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RawResponse } from '../../lib/http/surface/handler-parameters.js';
import { streamedAnswer } from '../../lib/http/meta-templates/bulk-sends/bulk-send-streams.controller.js';
import { adapters, TestApp } from '../support/test-app.js';

const PIECE = 'x'.repeat(64 * 1024);

const events = new EventEmitter();
const logged: string[] = [];
const logger: LoggerService = { log: () => {}, warn: () => {}, error: (message: string) => void logged.push(message) };
let pieces = 0;

async function* endless(): AsyncGenerator<string> {
  try {
    for (;;) {
      pieces += 1;
      yield PIECE;
    }
  } finally {
    events.emit('released');
  }
}

async function* failing(): AsyncGenerator<string> {
  yield PIECE;
  await once(events, 'fail');
  throw new Error('The database went away.');
}

@Controller('answers')
class AnswersController {
  @Get('endless')
  endless(@RawResponse() response: ServerResponse): StreamableFile {
    return streamedAnswer(endless(), { response, logger, type: 'text/plain' });
  }

  @Get('failing')
  failing(@RawResponse() response: ServerResponse): StreamableFile {
    return streamedAnswer(failing(), { response, logger, type: 'text/plain' });
  }
}

describe.each(adapters)('An answer that is streamed on $adapter', ({ adapter }) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ adapter, controllers: [AnswersController] });
  });
  afterAll(() => app[Symbol.asyncDispose]());
  beforeEach(() => {
    pieces = 0;
    logged.length = 0;
  });

  it('is made no faster than it is read, and no longer', async () => {
    const client = new AbortController();
    const released = once(events, 'released');
    const response = await fetch(`${app.url}/answers/endless`, { signal: client.signal });
    const reader = response.body?.getReader();
    let read = 0;
    while (read < 100 * PIECE.length) read += (await reader?.read())?.value?.length ?? 0;
    // Buffers of both sides hold some megabytes.
    expect(pieces).toBeLessThan(1_000);
    client.abort();
    await expect(released).resolves.toEqual([]);
    expect(logged).toEqual([]);
  });

  it('breaks off where it cannot go on, so that no one takes the half for the whole', async () => {
    const response = await fetch(`${app.url}/answers/failing`);
    expect(response.status).toBe(200);
    const text = response.text();
    await vi.waitFor(() => expect(events.emit('fail')).toBe(true));
    await expect(text).rejects.toThrow('terminated');
    expect(logged).toEqual([expect.stringContaining('The database went away.')]);
  });
});
