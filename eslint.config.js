import hooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const tfjs = ['@tensorflow/*'];
const forbid = (...groups) => ({ 'no-restricted-imports': ['error', { patterns: groups }] });

const core = [
  {
    group: ['**/app/**', '**/workers/**', '**/cli/**', '**/bench/**'],
    message: 'src is the core: it imports only src.',
  },
  {
    group: ['react', 'react-dom', 'react/*', 'zustand', 'recharts', 'comlink'],
    message: 'src is framework-free.',
  },
];

/** The folders of the core from the bottom up: a folder imports those before its line, never those on it or after. */
const layers = [
  ['util'],
  ['graph', 'images'],
  ['calibration'],
  ['tasks'],
  ['engine', 'formats'],
  ['pruning'],
  ['session'],
  ['recovery', 'inspect', 'export'],
];

/** Recipes and reports hold what recovery takes and tells. */
const exceptions = { pruning: ['recovery'] };
const computesWithTensors = ['engine', 'recovery'];
/** Losses in tensors lie beside those in numbers; the page reads of the folder what has none. */
const tensorFiles = 'src/tasks/**/*-tensors.ts';

const layerRules = layers.flatMap((layer, level) =>
  layer.flatMap((folder) => {
    const above = layers.slice(level).flat();
    const closed = above.filter((other) => other !== folder && !exceptions[folder]?.includes(other));
    const layering = {
      regex: `^(\\.\\./)+(${closed.join('|')})(/|$)`,
      message: `src/${folder} lies below that folder (docs/architecture.md).`,
    };
    const tensors = {
      group: tfjs,
      message: 'Tensors stay in src/engine, src/recovery and src/tasks/**/*-tensors.ts.',
      allowTypeImports: folder === 'tasks',
    };
    return [
      {
        files: [`src/${folder}/**/*.ts`],
        ignores: ['**/*.test.ts', '**/testing/**', tensorFiles],
        rules: forbid(...core, layering, ...(computesWithTensors.includes(folder) ? [] : [tensors])),
      },
      ...(folder === 'tasks' ? [{ files: [tensorFiles], rules: forbid(...core, layering) }] : []),
    ];
  }),
);

/** The import rules of docs/architecture.md: the core knows nobody, the page knows only pure core and types. */
const importRules = [
  {
    files: ['src/**/*.ts'],
    rules: forbid(...core),
  },
  ...layerRules,
  {
    files: ['app/**/*.{ts,tsx}'],
    rules: forbid(
      { group: tfjs, message: 'tfjs lives in the worker, never in the page bundle.' },
      {
        group: ['**/src/engine/**'],
        message: 'The engine runs in the worker; import its types only.',
        allowTypeImports: true,
      },
      {
        group: ['**/workers/*', '!**/workers/api', '!**/workers/recovery-api'],
        message: 'The page talks to the worker through workers/api.',
      },
    ),
  },
  {
    files: ['workers/**/*.ts'],
    rules: forbid({
      group: ['**/app/**', 'react', 'react-dom', 'zustand', 'recharts'],
      message: 'The worker knows no page.',
    }),
  },
  {
    files: ['cli/**/*.ts'],
    rules: forbid({ group: ['**/app/**', '**/workers/**'], message: 'The command line knows no page.' }),
  },
];

export default tseslint.config(
  { ignores: ['node_modules', 'dist', 'public', 'test-results', 'playwright-report', '*.js'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
      globals: globals.es2023,
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-restricted-imports': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['cli/**', 'bench/**', 'scripts/**', 'e2e/**'], rules: { 'no-console': 'off' } },
  { files: ['app/**/*.{ts,tsx}'], plugins: { 'react-hooks': hooks }, rules: hooks.configs.recommended.rules },
  ...importRules.map((rule) => ({
    ...rule,
    rules: { '@typescript-eslint/no-restricted-imports': rule.rules['no-restricted-imports'] },
  })),
);
