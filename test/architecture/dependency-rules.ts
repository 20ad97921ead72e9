import type { ICruiseOptions, IForbiddenRuleType } from 'dependency-cruiser';

/** Lower layers come first; a domain may import only from layers before its own. */
export const layers: readonly (readonly string[])[] = [
  ['vocabulary'],
  ['ranking', 'judging'],
  ['swarm', 'inference', 'reputation'],
  ['round'],
  ['tab'],
];

const oneOf = (names: readonly string[]): string => `(?:${names.join('|')})`;

const directions: IForbiddenRuleType[] = layers.flatMap((layer, level) =>
  layer.map((domain): IForbiddenRuleType => ({
    name: `${domain}-imports-only-lower-layers`,
    comment: 'A domain that needs a peer of its own layer or above declares a port; main.ts fills it.',
    severity: 'error',
    from: { path: `^src/${domain}/` },
    to: {
      path: `^src/(?:${oneOf(layers.slice(level).flat())}/|[^/]+$)`,
      pathNot: `^src/${domain}/`,
    },
  })),
);

/** Adapters touch the platform: `name.suffix.ts`. */
const adapter = '^src/.+/[^/.]+\\.[^/.]+\\.tsx?$';

/** What may be read by both sides of a connection: message formats and the numbers that go with them. */
const wireFormats = [
  '^src/[^/]+/[a-z-]*wire\\.ts$',
  '^src/[^/]+/[a-z]+/[a-z-]*wire\\.ts$',
  '^src/[^/]+/constants\\.ts$',
];

export const forbidden: IForbiddenRuleType[] = [
  ...directions,
  {
    name: 'domains-only-through-their-door',
    severity: 'error',
    from: { path: '^src/([^/]+)/' },
    to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
  },
  {
    name: 'main-only-through-doors',
    severity: 'error',
    from: { path: '^src/[^/]+$' },
    to: { path: '^src/[^/]+/', pathNot: '^src/[^/]+/index\\.ts$' },
  },
  {
    name: 'adapters-only-from-doors-and-adapters',
    comment: 'Cores take ports; main.ts decides which adapter fills them. The page may touch the platform.',
    severity: 'error',
    from: { path: '^src/[^/]+/', pathNot: ['^src/[^/]+/index\\.ts$', '^src/tab/', adapter] },
    to: { path: adapter },
  },
  {
    name: 'relay-imports-only-vocabulary-and-formats',
    severity: 'error',
    from: { path: '^relay/' },
    to: {
      path: '^src/',
      pathNot: ['^src/vocabulary/index\\.ts$', '^src/inference/(?:catalogue|model)\\.ts$', ...wireFormats],
    },
  },
  {
    name: 'product-never-imports-tests-or-relay',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^(?:test|relay)/' },
  },
  { name: 'relay-never-imports-tests', severity: 'error', from: { path: '^relay/' }, to: { path: '^test/' } },
  {
    name: 'browser-code-imports-no-node-modules',
    severity: 'error',
    from: { path: '^src/' },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'pure-domains-stay-pure',
    severity: 'error',
    from: { path: `^src/${oneOf(layers.slice(0, 2).flat())}/` },
    to: { path: 'node_modules', pathNot: 'node_modules/(?:@noble/hashes|cborg|valibot)/' },
  },
  {
    name: 'page-names-no-platform-library',
    severity: 'error',
    from: { path: '^src/tab/' },
    to: { path: 'node_modules/(?:@?libp2p|@multiformats|multiformats|idb|@wllama)/' },
  },
  { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'everything-resolves',
    comment: 'The cruiser finds no file with a query behind the exports of a package; there the build fails instead.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true, pathNot: '^onnxruntime-web/[^?]+\\?url$' },
  },
];

export const cruiseOptions: ICruiseOptions = {
  doNotFollow: { path: 'node_modules' },
  exclude: { path: '^(?:dist|\\.cache)/' },
  // Types count as imports: a domain that only names a higher one's type depends on it all the same.
  tsPreCompilationDeps: true,
  tsConfig: { fileName: 'tsconfig.json' },
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'browser', 'types', 'default'],
    extensions: ['.ts', '.tsx', '.mjs', '.js', '.d.ts', '.css'],
  },
};
