/** The import rules of the house (docs/architecture.md). `npm run imports` checks them. */
const CAPABILITIES =
  'api|delivery|receipts|replies|escalation|alerts|events|suppression|upkeep|verification|authorizer|provider-health';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-decides',
      comment:
        'core decides: nothing of ours outside core, no SDK, no environment; of Node only hashes and random bytes',
      severity: 'error',
      from: { path: '^lambdas/core/' },
      to: { pathNot: ['^lambdas/core/', '^(node:)?crypto$'] },
    },
    {
      name: 'capabilities-are-apart',
      comment: 'what two capabilities need is a use case',
      severity: 'error',
      from: { path: `^lambdas/(${CAPABILITIES})/` },
      to: { path: `^lambdas/(${CAPABILITIES})/`, pathNot: '^lambdas/$1/' },
    },
    {
      name: 'use-cases-know-ports',
      comment: 'no adapters, no HTTP, no queues; p-map only bounds how many calls run at once',
      severity: 'error',
      from: { path: '^lambdas/use-cases/' },
      to: { pathNot: ['^lambdas/(core|use-cases)/', '^node_modules/p-map/'] },
    },
    {
      name: 'use-cases-have-two-users',
      comment: 'what one capability alone uses stands with it',
      severity: 'error',
      from: {},
      module: {
        path: '^lambdas/use-cases/',
        // Parts of dispatch, which stand with it.
        pathNot: '/(supersede-pages|answer-by-update)\\.ts$',
        numberOfDependentsLessThan: 2,
      },
    },
    {
      name: 'providers-are-adapters',
      severity: 'error',
      from: { path: '^lambdas/providers/' },
      to: { path: '^lambdas/', pathNot: '^lambdas/(core|providers)/' },
    },
    {
      name: 'stores-are-adapters',
      severity: 'error',
      from: { path: '^lambdas/stores/' },
      to: { path: '^lambdas/', pathNot: '^lambdas/(core|stores)/' },
    },
    {
      name: 'runtime-knows-nothing-of-ours',
      comment: 'but the channels that an environment may name, how a phone is masked, and what a newer version wrote',
      severity: 'error',
      from: { path: '^lambdas/runtime/' },
      to: {
        path: '^lambdas/',
        pathNot: ['^lambdas/runtime/', '^lambdas/core/(versions|page/page|recipient/mask)\\.ts$'],
      },
    },
    {
      name: 'http-knows-the-core-alone',
      comment: 'requests and views are in terms of the core; whoever serves them is composed',
      severity: 'error',
      from: { path: '^lambdas/http/' },
      to: { path: '^lambdas/', pathNot: '^lambdas/(http|runtime|core)/' },
    },
    {
      name: 'composition-is-for-entries',
      severity: 'error',
      from: { path: '^lambdas/', pathNot: ['^lambdas/composition/', '\\.lambda\\.ts$'] },
      to: { path: '^lambdas/composition/' },
    },
    {
      name: 'capabilities-get-their-stores',
      comment: 'stores and SDKs are handed over as ports; entries and composition alone make them',
      severity: 'error',
      from: { path: `^lambdas/(${CAPABILITIES})/`, pathNot: '\\.lambda\\.ts$' },
      to: { path: ['^lambdas/stores/', '@aws-sdk'], dependencyTypesNot: ['type-only'] },
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
      name: 'the-local-cloud-stands-alone',
      comment: 'what it needs of ours is handed to it (local/cloud-options.ts)',
      severity: 'error',
      from: { path: '^local/cloud/' },
      to: { path: '^(bin|lib|lambdas|local|bench|test|scripts)/', pathNot: '^local/cloud/' },
    },
    {
      name: 'simulators-take-only-http-from-the-local-cloud',
      severity: 'error',
      from: { path: '^local/simulators/' },
      to: { path: '^local/cloud/', pathNot: '^local/cloud/http(-call)?\\.ts$' },
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
