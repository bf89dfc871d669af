import { EventEmitter, on, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { eventStream } from '../../../lib/http/meta-templates/bulk-sends/bulk-send-streams.controller.js';
import { all } from './chunks.js';

const HOUR = 3_600_000;

async function* values(...items: readonly object[]): AsyncGenerator<object> {
  yield* items;
}

describe('A stream of events', () => {
  it('has one for each value, on a line of its own', async () => {
    const events = await all(eventStream(values({ id: 1, text: 'two\nlines' }, { id: 2 }), HOUR));
    expect(events).toEqual(['data: {"id":1,"text":"two\\nlines"}\n\n', 'data: {"id":2}\n\n']);
  });

  it('says that it is still there while nothing happens, and loses nothing over it', async () => {
    const source = new EventEmitter();
    const ended = new AbortController();
    async function* waitedFor(): AsyncGenerator<object> {
      await once(source, 'go');
      yield { id: 1 };
      await once(source, 'go');
      yield { id: 2 };
      ended.abort();
    }
    const events: string[] = [];
    for await (const event of eventStream(waitedFor(), 1)) {
      events.push(event);
      if (event.startsWith(':')) source.emit('go');
    }
    expect(ended.signal.aborted).toBe(true);
    expect(events.filter((event) => event.startsWith('data:'))).toEqual(['data: {"id":1}\n\n', 'data: {"id":2}\n\n']);
    expect(new Set(events.filter((event) => !event.startsWith('data:')))).toEqual(new Set([': still here\n\n']));
  });

  it('lets go of what it watches when no one reads it any more', async () => {
    let isWatched = true;
    async function* watched(): AsyncGenerator<object> {
      try {
        for (;;) yield {};
      } finally {
        isWatched = false;
      }
    }
    for await (const _ of eventStream(watched(), HOUR)) break;
    expect(isWatched).toBe(false);
  });

  it('fails as what it watches does', async () => {
    const failing = new EventEmitter();
    const stream = eventStream(on(failing, 'event'), HOUR);
    const next = stream.next();
    failing.emit('error', new Error('The database went away.'));
    await expect(next).rejects.toThrow('The database went away.');
  });
});
