import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

export default defineConfig(
  { ignores: ['examples', 'test/conformance/clients', 'test/examples/*.mjs', 'dist/', 'tools/bench/', 'tools/train/'] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js'] } } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'max-len': ['error', { code: 120, ignoreTemplateLiterals: true, ignoreStrings: true, ignoreRegExpLiterals: true }],
      'no-restricted-syntax': ['error', {
        selector: "CallExpression[callee.name='eval'], NewExpression[callee.name='Function']",
        message: 'Nothing is executed that a file says.'
      }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `return void f()` and `case X: return this.push(...)` keep the opcode table one line an opcode.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/prefer-for-of': 'off',
      '@typescript-eslint/array-type': ['error', { default: 'array-simple' }],
      // Indexing may give undefined, which the types do not say.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-empty-function': ['error', { allow: ['arrowFunctions', 'methods'] }]
    }
  },
  {
    // What an async plugin throws, `app.ready()` rejects with; what another throws ends the process.
    files: ['plugins/*.ts'],
    rules: { '@typescript-eslint/require-await': 'off' }
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // tap runs its subtests in order by itself.
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/require-await': 'off'
    }
  }
)
