/** Who may import whom; a violation fails the build. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'schema-imports-only-zod',
      severity: 'error',
      from: { path: '^schema/src', pathNot: '(openapi-cli|\\.test)\\.ts$' },
      to: { pathNot: ['^schema/src', 'node_modules/zod'] }
    },
    {
      name: 'server-and-extension-never-meet',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^extension/' }
    },
    {
      name: 'extension-and-server-never-meet',
      severity: 'error',
      from: { path: '^extension/' },
      to: { path: '^server/' }
    },
    {
      name: 'domains-meet-at-their-door',
      severity: 'error',
      from: { path: '^server/src/domains/([^/]+)/' },
      to: {
        path: '^server/src/domains/([^/]+)/',
        pathNot: ['^server/src/domains/$1/', '^server/src/domains/[^/]+/index\\.ts$']
      }
    },
    {
      name: 'panels-meet-at-their-tokens',
      severity: 'error',
      // Tests put real models of several domains together.
      from: { path: '^extension/src/domains/([^/]+)/', pathNot: '\\.test\\.tsx?$' },
      to: {
        path: '^extension/src/domains/([^/]+)/',
        pathNot: ['^extension/src/domains/$1/', '^extension/src/domains/[^/]+/[^/]+\\.tokens\\.ts$']
      }
    },
    {
      name: 'policies-are-pure',
      severity: 'error',
      from: { path: '^server/src/domains/.*\\.policy\\.ts$' },
      to: { pathNot: ['^schema/', '^server/src/platform/(actor|verdict)\\.ts$', '\\.policy\\.ts$'] }
    },
    {
      name: 'services-do-not-see-koa',
      severity: 'error',
      from: { path: '^server/src/domains/.*\\.(service|store|policy)\\.ts$' },
      to: { path: ['node_modules/(koa|@koa)', '^server/src/http/'] }
    },
    {
      name: 'only-stores-know-sql',
      severity: 'error',
      from: { path: '^server/src/domains/.*\\.(routes|service|policy)\\.ts$' },
      to: { path: 'node_modules/(knex|pg)/' }
    },
    {
      name: 'only-compose-names-adapters',
      severity: 'error',
      from: {
        path: '^server/src/',
        pathNot: [
          '^server/src/(adapters|supervisor|testing)/',
          // Processes put themselves together.
          '^server/src/(compose\\.adapters|egress/main)\\.ts$',
          '\\.test\\.ts$'
        ]
      },
      to: { path: '^server/src/adapters/' }
    },
    {
      name: 'adapters-know-ports-and-platform',
      severity: 'error',
      from: { path: '^server/src/adapters/', pathNot: '\\.test\\.ts$' },
      to: { path: '^server/src/(domains|http|proxy)/' }
    },
    {
      name: 'platform-knows-nobody',
      severity: 'error',
      from: { path: '^server/src/platform/', pathNot: '\\.test\\.ts$' },
      to: { path: '^server/src/(domains|http|adapters|ports|proxy|supervisor)/' }
    },
    {
      name: 'panels-never-call-the-api',
      severity: 'error',
      from: { path: '^extension/src/domains/.*\\.panel\\.tsx?$' },
      to: { path: '^extension/src/api/', dependencyTypesNot: ['type-only'] }
    },
    {
      name: 'models-know-neither-react-nor-widgets',
      severity: 'error',
      from: { path: '^extension/src/domains/.*\\.model\\.ts$' },
      to: { path: 'node_modules/(react|@lumino/widgets)/' }
    },
    {
      name: 'sources-do-not-import-tests',
      severity: 'error',
      from: { pathNot: '(\\.test\\.tsx?$|/testing/|\\.(contract|fixture)\\.ts$|/ui-tests/)' },
      to: { path: '(\\.test\\.tsx?$|^server/src/testing/|\\.(contract|fixture)\\.ts$)' }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/lib/|labextension/|hub-dist/)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] }
  }
};
