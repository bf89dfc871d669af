import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { isTransientDatabaseError, driverCodeOf } from '../../lib/store/driver-errors.js';
import { codeOf, isError, messageOf } from '../../lib/foreign-errors.js';
import { describeError } from '../../lib/http/surface/described-error.js';
import { readOfferExpiration } from '../../lib/templates/variables/values/read-variable.js';

/** Runs where `Error` and `Date` are others, as the tests of a host run under Jest. */
const elsewhere = (script: string): unknown => runInNewContext(script);

// What a second copy of TypeORM in a monorepo, or TypeORM under Jest, throws.
const queryFailed = (code: string): unknown =>
  elsewhere(`
    class TypeORMError extends Error { get name() { return this.constructor.name; } }
    class QueryFailedError extends TypeORMError {
      constructor(driverError) { super(driverError.message); this.driverError = driverError; }
    }
    new QueryFailedError(Object.assign(new Error('the driver says so'), { code: '${code}' }))`);

describe('an error of another realm, or of another copy of a package', () => {
  it('is an error with a message and a code', () => {
    const error = elsewhere(`Object.assign(new TypeError('gone'), { code: 'ECONNRESET' })`);
    expect(error).not.toBeInstanceOf(Error);
    expect([isError(error), messageOf(error), codeOf(error)]).toEqual([true, 'gone', 'ECONNRESET']);
    expect([isError('gone'), messageOf('gone'), codeOf(null)]).toEqual([false, 'gone', undefined]);
  });

  it('distinguishes a unique key from an outage of the database', () => {
    expect(driverCodeOf(queryFailed('23505'))).toBe('23505');
    expect([isTransientDatabaseError(queryFailed('23505')), isTransientDatabaseError(queryFailed('57P01'))]).toEqual([
      false,
      true,
    ]);
    expect(isTransientDatabaseError(elsewhere(`Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })`))).toBe(
      true,
    );
    expect(isTransientDatabaseError(elsewhere(`new TypeError('connect is not a function')`))).toBe(false);
  });

  it('answers with the status of an exception of Nest’s', () => {
    const exception = elsewhere(`
      class HttpException extends Error {
        getStatus() { return 403; }
        getResponse() { return { message: ['no', 'never'] }; }
      }
      new HttpException('Forbidden')`);
    expect(describeError(exception)).toMatchObject({ status: 403, code: 'FORBIDDEN', message: 'no; never' });
  });
});

it('takes a Date of another realm for one', () => {
  const given = elsewhere(`new Date('2027-01-02T03:04:05Z')`);
  expect(given).not.toBeInstanceOf(Date);
  expect(readOfferExpiration(given)).toMatchObject({ parameter: { type: 'limited_time_offer' } });
});
