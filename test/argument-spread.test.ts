import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { TestApp } from './support/test-app.js';

/** Functions that spread only lists written in the code, or with as many items as a statement has parameters. */
const OF_FIXED_LENGTH = new Set(
  'UseGuards setHandler And run all query evalsha eval optOut optIn firstOf oneOf refused valueAt textAt'.split(' '),
);

/** Calls such as `push(...list)`, which fail with a RangeError when the list has some 120,000 items. */
function spreadCallsIn(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  if (!text.includes('...')) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isCall = ts.isCallExpression(node) || ts.isNewExpression(node);
    if (isCall && node.arguments?.some((argument) => ts.isSpreadElement(argument))) {
      const name = node.expression.getText(source).split('.').at(-1) ?? '';
      if (!OF_FIXED_LENGTH.has(name)) found.push(`${file}: ${node.getText(source)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const names = (prefix: string): object =>
  Object.fromEntries(Array.from({ length: 130_000 }, (_, index) => [`${prefix}${index}`, 'x']));

it('No list is spread into arguments, however long a caller makes it', () => {
  const root = join(process.cwd(), 'lib');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap((name) => spreadCallsIn(join(root, name)))).toEqual([]);
});

it.each([
  ['variables', 'Express', { variables: names('n') }],
  ['buttons', 'Fastify', { button_variables: names('button_') }],
] as const)(
  '130,000 unknown %s are a 400 that names the first ones and counts the rest, on %s',
  async (_, adapter, values) => {
    await using app = await TestApp.start({ adapter });
    const body = {
      phone_number_id: app.meta.phoneNumber.id,
      template_name: sampleTemplates.named.name,
      language: sampleTemplates.named.language,
      recipient_phone: '+5491112345678',
      ...values,
    };
    const answer = await app.call('POST', '/api/v1/meta-templates/send/', JSON.stringify(body));
    // The values that the template does want are missing, too.
    expect(answer).toMatchObject({ status: 400, body: { further_problems: expect.any(Number) } });
    expect(Object.keys(answer.body.details)).toHaveLength(100);
    expect(answer.body.further_problems).toBeGreaterThanOrEqual(129_900);
    expect(app.meta.messages).toEqual([]);
  },
);
