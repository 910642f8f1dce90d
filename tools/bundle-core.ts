/**
 * Puts `recall-ml/core` into one small file for browsers, workers and edge runtimes. The `const` of constants is kept
 * for V8, as in the bundle of the service.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../src/config.js'

const OUT = join(PACKAGE_ROOT, 'dist', 'library', 'core.min.js')

const { build, transform } = await import('esbuild')
const { outputFiles: [{ text }] } = await build({
  absWorkingDir: PACKAGE_ROOT,
  entryPoints: [join(PACKAGE_ROOT, 'library', 'core.ts')],
  bundle: true,
  platform: 'neutral',
  format: 'esm',
  target: 'es2022',
  write: false,
  logLevel: 'warning'
})
// Minified apart: within a bundle esbuild makes a `var` of every constant.
const { code } = await transform(text.replace(/^var (?=[A-Z][A-Z0-9_]* = )/gm, 'const '), { minify: true, target: 'es2022' })
await writeFile(OUT, code)
