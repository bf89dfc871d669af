import { WhatsAppModule } from 'nestjs-whatsapp';
import { expect, it } from 'vitest';
import { assertOptions } from '../../lib/whatsapp.options.js';

// Plain JavaScript, or a factory, whose answer TypeScript does not look through for names too many.
const assert: (options: object) => void = assertOptions;
const forRoot: (options: object) => unknown = (options) => WhatsAppModule.forRoot(options);

const forRootAsync: (options: object) => unknown = (options) => WhatsAppModule.forRootAsync(options);

/** The lines of what stops the start, without the first. */
function problemsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof Error && error.name === 'ConfigurationError') {
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    }
    throw error;
  }
  return [];
}

it.each([
  [{ surfaces: { metaTemplates: true } }, /surfaces is needed before.*next to useFactory/],
  [{ dataSource: 'other' }, /dataSource is needed before/],
  [{ acounts: [] }, /acounts is no option. Did you mean "accounts"\?/],
  [{ colour: 'red' }, /colour is no option; there is accounts,.*surfaces/],
])('Options that no one reads stop the start: %j', (options, text) => {
  expect(() => assert(options)).toThrow(text);
});

it('names at once what no one reads at any depth, each with the name that was meant', () => {
  const account = { businessAccountId: '1', accessToken: 'token', phoneNumberID: '2' };
  const options = {
    acounts: [],
    surface: {},
    graph: { baseURL: 'http://localhost', conectTimeout: 1 },
    accounts: [account],
    workspaces: { default: { infos: {}, info: { Name: 'Acme' } } },
    apiKeys: { cacheTTL: 1 },
    retention: { messageContent: 1 },
    maxRecipients: { streams: 1 },
    webhook: { verify_token: 'x', verifyToken: 'x' },
    metrics: { prefixes: 'x' },
    costs: { currncy: 'USD', accounts: { 1: { timezone: 'UTC' } }, rateCard: [{ file: '/none', validfrom: 'x' }] },
  };
  expect(problemsOf(() => assert(options))).toEqual([
    'acounts is no option. Did you mean "accounts"?',
    'surface is no option. Did you mean "surfaces"?',
    'accounts[0].phoneNumberID is no option. Did you mean "phoneNumberIds"?',
    'workspaces.default.infos is no option. Did you mean "info"?',
    'workspaces.default.info.Name is no field. Did you mean "name"?',
    'costs.currncy is no option. Did you mean "currency"?',
    'costs.rateCard[0].validfrom is no option. Did you mean "validFrom"?',
    'costs.accounts.1.timezone is no option. Did you mean "timeZone"?',
    'retention.messageContent is no option. Did you mean "messageContents"?',
    'maxRecipients.streams is no option. Did you mean "stream"?',
    'webhook.verify_token is no option. Did you mean "verifyToken"?',
    'metrics.prefixes is no option. Did you mean "prefix"?',
    'graph.baseURL is no option. Did you mean "baseUrl"?',
    'graph.conectTimeout is no option. Did you mean "connectTimeout"?',
    'apiKeys.cacheTTL is no option. Did you mean "cacheTtl"?',
  ]);
});

it('names every wrong value of options that are checked together', () => {
  const options = {
    graph: { baseUrl: 'localhost', version: '25', connectTimeout: 0 },
    apiKeys: { prefix: 'a b', cacheTtl: -1, wrongKeysPerMinute: 0 },
  };
  expect(problemsOf(() => assert(options)).map((line) => line.split(' ', 1)[0])).toEqual([
    'graph.version',
    'graph.baseUrl',
    'graph.connectTimeout',
    'apiKeys.prefix',
    'apiKeys.cacheTtl',
    'apiKeys.wrongKeysPerMinute',
  ]);
});

it('takes an instance of a class, which has fields of its own', () => {
  class Options {
    readonly accounts = [];
    readonly source = new Map();
  }
  expect(problemsOf(() => assert(new Options()))).toEqual([]);
  expect(problemsOf(() => assert({ graph: Object.assign(new Options(), { version: 'v25.0' }) }))).toEqual([]);
});

it('names what forRoot needs at once together with everything else', () => {
  const options = {
    surfaces: { metaTemplate: true, console: { sessionLifetime: 0, frameAncestor: [] }, messaging: 'yes' },
    queue: 'bullmq',
    events: { delivry: 'queue', delivery: 'later' },
    dataSource: { poolsize: 0 },
    acounts: [],
    refreshInterval: -1,
  };
  expect(problemsOf(() => forRoot(options))).toEqual([
    'surfaces.metaTemplate is no surface. Did you mean "metaTemplates"?',
    'surfaces.console.frameAncestor is no option. Did you mean "frameAncestors"?',
    expect.stringMatching(/^surfaces\.console\.sessionLifetime must be/),
    expect.stringMatching(/^surfaces\.messaging must be true, false or/),
    'dataSource.poolsize is no option. Did you mean "poolSize"?',
    expect.stringMatching(/^queue must be .* Did you mean "bull"\?$/),
    'events.delivry is no option. Did you mean "delivery"?',
    expect.stringMatching(/^events must be/),
    'acounts is no option. Did you mean "accounts"?',
    expect.stringMatching(/^refreshInterval must be/),
  ]);
});

it('names what is wrong next to useFactory', () => {
  const options = { useFactry: () => ({}), surface: {}, accounts: [], queue: 'redis' };
  expect(problemsOf(() => forRootAsync(options))).toEqual([
    expect.stringMatching(/^queue must be/),
    'accounts is for what useFactory returns: put it there, not next to useFactory.',
    'useFactry is no option. Did you mean "useFactory"?',
    'surface is no option. Did you mean "surfaces"?',
    'useFactory is missing: return the options from it, or give useClass or useExisting.',
  ]);
  expect(problemsOf(() => forRootAsync({ useFactory: () => ({}), inject: [], imports: [], isGlobal: true }))).toEqual(
    [],
  );
});

it.each([
  [{ surfaces: { metaTemplate: true } }, /surfaces\.metaTemplate is no surface/],
  [{ surfaces: { metaTemplates: { prefix: 42 } } }, /surfaces\.metaTemplates must be true, false or/],
  [{ surfaces: { metaTemplates: 'yes' } }, /surfaces\.metaTemplates must be/],
  [{ surfaces: true }, /surfaces must name what to mount/],
])('Surfaces that cannot be mounted stop the start: %j', (options, text) => {
  expect(() => forRoot(options)).toThrow(text);
});

it.each([{ poolSize: 0 }, { poolSize: '5' }, { name: 5 }, 5, null])(
  'An invalid data source stops the start: %j',
  (dataSource) => {
    expect(() => forRoot({ dataSource })).toThrow(/dataSource must be 'name' or \{ name: 'name', poolSize: 5 \}/);
  },
);

/** What options come as from JSON, the environment and plain JavaScript. */
const ODD = [null, 5, 'x', true, [], [null], [5], { a: null }, () => 1];

const GROUPS =
  'accounts workspaces encryptionKeys trialDelays logger graph apiKeys maxRecipients retention costs webhook metrics';
const WITHIN = 'graph.baseUrl graph.dispatcher apiKeys.prefix costs.rateCard costs.accounts costs.markets';

it.each([GROUPS, WITHIN].join(' ').split(' '))('takes or names whatever %s is, and fails in no other way', (name) => {
  const [group = '', option] = name.split('.');
  for (const value of ODD) {
    const options = { [group]: option === undefined ? value : { [option]: value } };
    expect(() => problemsOf(() => assert(options))).not.toThrow();
  }
});

it.each(['surfaces', 'dataSource', 'queue', 'events', 'isGlobal', 'imports', 'guards', 'version', 'decorators'])(
  'takes or names whatever %s of forRoot is, and fails in no other way',
  (name) => {
    const isOfSurface = ['guards', 'version', 'decorators'].includes(name);
    for (const value of ODD) {
      const options = isOfSurface ? { surfaces: { messaging: { [name]: value } } } : { [name]: value };
      expect(() => problemsOf(() => forRoot(options))).not.toThrow();
    }
  },
);

const names = (problems: readonly string[]) => problems.map((line) => line.split(' ', 1)[0]);

it('names groups of options that are no objects, and guards and loggers that are none', () => {
  const options = { graph: 'x', apiKeys: null, retention: 5, maxRecipients: [], webhook: null, logger: {} };
  expect(names(problemsOf(() => assert(options)))).toEqual([
    'graph',
    'apiKeys',
    'retention',
    'maxRecipients',
    'webhook',
    'logger',
  ]);
  const surfaces = { messaging: { guards: ['jwt'] } };
  expect(names(problemsOf(() => forRoot({ surfaces, imports: {} })))).toEqual([
    'surfaces.messaging.guards[0]',
    'imports',
  ]);
});
