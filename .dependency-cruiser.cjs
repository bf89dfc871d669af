// Who may import whom in lib/: arrows run one way, from the surfaces down to the database.

/** Rooms from the top down; each imports only what comes after it. */
const rooms = [
  'http',
  'observability',
  'auth',
  'stream',
  'webhooks',
  'conversations',
  'bulk',
  'costs',
  'messages',
  'media',
  'pacing',
  'templates',
  'contacts',
  'callbacks',
  'accounts',
  'queue',
  'process',
  'graph',
  'store',
];

const upwards = rooms.slice(1).map((room, index) => ({
  name: `${room}-imports-downwards`,
  comment: `${room}/ must not know the rooms above it: ${rooms.slice(0, index + 1).join(', ')}.`,
  severity: 'error',
  from: { path: `^lib/${room}/` },
  to: { path: `^lib/(${rooms.slice(0, index + 1).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...upwards,
    {
      name: 'auth-is-for-http',
      comment: 'No service knows who calls: it gets the workspace.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/(http|auth)/|^lib/(index|whatsapp\\.[\\w.-]+)\\.ts$' },
      to: { path: '^lib/auth/' },
    },
    {
      name: 'rooms-do-not-know-the-module',
      severity: 'error',
      from: { path: '^lib/[^/]+/', pathNot: '^lib/testing/nest/|^lib/cli/doctor/database-check\\.ts$' },
      to: { path: '^lib/(index|whatsapp\\.[\\w.-]+)\\.ts$' },
    },
    {
      name: 'commands-need-no-app',
      comment: 'The command line talks to Meta, and looks at the database: it starts nothing of the module.',
      severity: 'error',
      from: { path: '^lib/cli/' },
      to: {
        path: '^lib/',
        pathNot:
          '^lib/(cli|graph|templates/variables|contacts|store|testing)/|^lib/templates/template-component\\.ts$|^lib/[^/]+\\.ts$',
      },
    },
    {
      name: 'no-one-imports-the-command-line',
      severity: 'error',
      from: { path: '^lib/(?!cli/)' },
      to: { path: '^lib/cli/' },
    },
    {
      name: 'stand-in-stands-alone',
      comment: 'A mistake of the library must not be mirrored in what tests it.',
      severity: 'error',
      from: { path: '^lib/testing/', pathNot: '^lib/testing/nest/' },
      to: { path: '^lib/', pathNot: '^lib/testing/' },
    },
    {
      name: 'testing-module-uses-what-users-use',
      comment: 'It is another bundle: what index.ts does not export would be loaded twice.',
      severity: 'error',
      from: { path: '^lib/testing/nest/' },
      to: { path: '^lib/', pathNot: '^lib/(testing/|index\\.ts$)' },
    },
    {
      name: 'nobody-imports-the-stand-in',
      severity: 'error',
      from: { path: '^lib/(?!testing/|cli/demo\\.command\\.ts)' },
      to: { path: '^lib/testing/' },
    },
    {
      name: 'the-page-knows-types-alone',
      comment: 'The console runs in browsers: of the server it knows the types of its HTTP API.',
      severity: 'error',
      from: { path: '^lib/console/' },
      to: { path: '^lib/', pathNot: '^lib/console/|^lib/http/types\\.ts$' },
    },
    {
      name: 'the-page-is-no-part-of-the-server',
      severity: 'error',
      from: { path: '^lib/(?!console/)' },
      to: { path: '^lib/console/' },
    },
    {
      name: 'schematics-are-alone',
      comment: 'They run in the Nest CLI, where nothing of the module is loaded.',
      severity: 'error',
      from: { path: '^lib/schematics/' },
      to: { path: '^lib/', pathNot: '^lib/schematics/' },
    },
    {
      name: 'nothing-imports-the-schematics',
      severity: 'error',
      from: { path: '^lib/(?!schematics/)' },
      to: { path: '^lib/schematics/' },
    },
    {
      name: 'schematics-take-types-alone',
      comment: 'The packages of schematics and TypeScript are the app’s; they need not be found from here.',
      severity: 'error',
      from: { path: '^lib/schematics/' },
      to: { dependencyTypesNot: ['core', 'local', 'type-only'] },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'optional-peers-stay-optional',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/(queue/bull|http/openapi|observability/metrics)/' },
      to: {
        path: '^(bull|@nestjs/(bull|swagger|terminus|config|platform-express|platform-fastify)|prom-client|better-sqlite3|pg|mysql2|fastify|express)',
      },
    },
    {
      name: 'only-what-users-install',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/(console|schematics)/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'],
        dependencyTypesNot: ['npm-peer', 'npm'],
      },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default'] },
    doNotFollow: { path: 'node_modules' },
  },
};
