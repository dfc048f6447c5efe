import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const jupyterRules = Object.fromEntries(Object.keys(jupyter.rules).map(rule => [`jupyter/${rule}`, true]));

export default defineConfig(
  globalIgnores([
    '**/lib/',
    '**/hub-dist/',
    '**/labextension/',
    '**/node_modules/',
    '.hopslab/',
    '**/coverage/'
  ]),
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ['schema/vitest.config.ts', 'server/vitest.config.ts'],
          defaultProject: 'tsconfig.base.json'
        },
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "CallExpression[callee.object.name='vi'][callee.property.name='waitFor'][arguments.length=1]",
          message: 'Say how long: unsaid it is one second, which a busy machine takes for anything.'
        }
      ]
    }
  },
  {
    files: ['extension/src/domains/**/*.ts', 'extension/src/domains/**/*.tsx', 'extension/src/index.ts'],
    plugins: { jupyter },
    rules: Object.fromEntries(
      jupyter.configs.recommended
        .flatMap(({ rules = {} }) => Object.keys(rules))
        .filter(rule => rule in jupyterRules)
        // The panel is there from the start, so its code is too; the charts are loaded with the first one.
        .map(rule => [rule, rule === 'jupyter/prefer-lazy-imports' ? 'off' : 'error'])
    )
  },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } }
  }
);
