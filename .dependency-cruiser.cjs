/** The import rules of the house (docs/architecture.md). `npm run imports` checks them. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-is-pure',
      comment: 'core decides: nothing of ours outside core, no SDK, no environment',
      severity: 'error',
      from: { path: '^lambdas/core/' },
      to: { pathNot: ['^lambdas/core/', '^(node:)?crypto$'] },
    },
    {
      name: 'capabilities-are-apart',
      comment: 'what two capabilities need is a use case',
      severity: 'error',
      from: {
        path: '^lambdas/(api|delivery|receipts|replies|escalation|alerts|events|suppression|upkeep|verification|authorizer|provider-health)/',
      },
      to: {
        path: '^lambdas/(api|delivery|receipts|replies|escalation|alerts|events|suppression|upkeep|verification|authorizer|provider-health)/',
        pathNot: '^lambdas/$1/',
      },
    },
    {
      name: 'use-cases-use-ports',
      comment: 'use cases know ports, not adapters, not HTTP, not queues',
      severity: 'error',
      from: { path: '^lambdas/use-cases/' },
      to: { pathNot: ['^lambdas/(core|use-cases)/'] },
    },
    {
      name: 'providers-never-import-stores',
      severity: 'error',
      from: { path: '^lambdas/providers/' },
      to: {
        path: '^lambdas/(stores|use-cases|http|runtime|composition|api|delivery|receipts|replies|escalation|alerts|events|suppression|upkeep|verification|authorizer|provider-health)/',
      },
    },
    {
      name: 'stores-are-adapters',
      severity: 'error',
      from: { path: '^lambdas/stores/' },
      to: {
        path: '^lambdas/(use-cases|providers|http|runtime|composition|api|delivery|receipts|replies|escalation|alerts|events|suppression|upkeep|verification|authorizer|provider-health)/',
      },
    },
    {
      name: 'lambdas-never-import-infrastructure',
      severity: 'error',
      from: { path: '^lambdas/' },
      to: { path: ['^(lib|bin|local|test|bench|scripts)/', 'aws-cdk-lib', '(^|/)constructs/'] },
    },
    {
      name: 'lib-takes-little-from-lambdas',
      comment:
        'schemas of environments, rules, the check of wordings, metric names, and the tables generated from the OpenAPI file',
      severity: 'error',
      from: { path: '^(lib|bin)/' },
      to: {
        path: '^lambdas/',
        pathNot: [
          '\\.env\\.ts$',
          '^lambdas/core/rules\\.ts$',
          '^lambdas/core/page/page\\.ts$',
          '^lambdas/core/content/wording\\.ts$',
          '^lambdas/(http/(api\\.gen|problems)|runtime/metric-names)\\.ts$',
        ],
      },
    },
    {
      name: 'only-tests-import-local',
      severity: 'error',
      from: { pathNot: '^(local|test|bench)/' },
      to: { path: '^local/' },
    },
    {
      name: 'entries-are-entered-from-outside',
      severity: 'error',
      from: { pathNot: '^(local|test|bench)/' },
      to: { path: '\\.lambda\\.ts$' },
    },
    {
      name: 'no-dev-dependencies-in-lambdas',
      severity: 'error',
      from: { path: '^lambdas/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.lambda\\.ts$', '\\.d\\.ts$'] },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
