import { type BulkMessage, MessageEntity } from 'nestjs-whatsapp';
import { describe, expect, it } from 'vitest';
import { viewOfMessage } from '../../../lib/messages/message.view.js';
import { presentBulkMessage } from '../../../lib/http/meta-templates/bulk-sends/bulk-message.presenter.js';
import { presentPage } from '../../../lib/http/meta-templates/bulk-sends/page.js';
import { SendBulkDto } from '../../../lib/http/meta-templates/bulk-sends/send-bulk.controller.js';
import { presentProblems } from '../../../lib/http/meta-templates/meta-templates-exception.filter.js';
import { FieldNames } from '../../../lib/http/surface/field-names.js';

const variablesUsed = (content: object | null) =>
  presentBulkMessage(viewOfMessage<BulkMessage>(Object.assign(new MessageEntity(), { content, errorCode: null })))
    .variables_used;

const pageOf = (page: number, total: number, address = 'https://api.example.com/a/b/?page_size=10&status=FAILED') =>
  presentPage({ items: [], total }, () => ({}), { url: new URL(address), page, pageSize: 10 });

const addressOf = (number: number | null) =>
  number && `https://api.example.com/a/b/?page_size=10&status=FAILED&page=${number}`;

describe('The result of a recipient', () => {
  it.each([
    [null, {}],
    [{}, {}],
    [{ variables: { 1: 'a' } }, { 1: 'a' }],
    [
      { variables: { name: 'a' }, buttonVariables: { button_1: 'b' } },
      { name: 'a', button_1: 'b' },
    ],
    [
      { variables: { 1: 'a' }, cards: [{ variables: { 1: 'b' } }] },
      { 1: 'a', cards: [{ 1: 'b' }] },
    ],
    [{ secret: { variables: { 1: '123456' } } }, {}],
  ])('shows of the content %j the values %j', (content, shown) => {
    expect(variablesUsed(content)).toEqual(shown);
  });
});

describe('A page', () => {
  it.each([
    [1, 0, null, null],
    [1, 10, null, null],
    [1, 11, 2, null],
    [2, 11, null, 1],
    [2, 30, 3, 1],
    [9, 11, null, 2],
    [9, 0, null, 1],
  ])('number %i of %i items stands between %j and %j', (page, total, next, previous) => {
    expect(pageOf(page, total)).toEqual({
      count: total,
      next: addressOf(next),
      previous: addressOf(previous),
      results: [],
    });
  });

  it('takes the place of its own number in the addresses', () => {
    expect(pageOf(2, 30, 'http://localhost/a?page=2&x=1')).toMatchObject({
      next: 'http://localhost/a?page=3&x=1',
      previous: 'http://localhost/a?page=1&x=1',
    });
  });
});

describe('Problems', () => {
  it('have the names of the API, and each is reported once', () => {
    const message = 'is wrong.';
    const paths = [
      'template',
      'phoneNumberId',
      'onQuotaExceeded',
      'scheduledAt',
      'recipients[7].buttonVariables.button_0',
    ];
    const names = new FieldNames(SendBulkDto);
    const problems = names.inProblems([...paths, ...paths].map((path) => ({ path, message })));
    expect(presentProblems(problems, names)).toEqual({
      template_name: [message],
      phone_number_id: [message],
      on_quota_exceeded: [message],
      scheduled_at: [message],
      'recipients[7].button_variables.button_0': [message],
    });
  });
});
