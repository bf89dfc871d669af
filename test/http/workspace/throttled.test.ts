import { type CanActivate, type ExecutionContext, HttpException, Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { adapters } from '../../support/test-app.js';
import { Acme } from './acme.js';

/** A throttler of the host's: the query says what it tells. */
@Injectable()
class Throttler implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const { wait } = http.getRequest().query;
    if (wait !== undefined) http.getResponse().header('Retry-After', wait);
    throw new HttpException('ThrottlerException: Too Many Requests', 429);
  }
}

describe.each(adapters)('A throttler in front of the surface workspace on $adapter', ({ adapter }) => {
  it.each([
    ['tells how long to wait', '?wait=7', 7],
    ['that does not report has a minute waited', '', 60],
    ['that reports a date has a minute waited', '?wait=Sat,%2021%20Nov%202026%2016:50:52%20GMT', 60],
  ])('%s', async (_, query, seconds) => {
    await using acme = await Acme.start({ adapter }, { guards: [Throttler] });
    const { status, headers, body } = await acme.get(`/templates${query}`);
    expect([status, headers.get('retry-after')]).toEqual([429, String(seconds)]);
    expect(body).toEqual({ message: 'Too many requests', retry_after: seconds });
  });
});
