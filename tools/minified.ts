/** One small file for browsers, workers and edge runtimes. */
import type { Metafile } from 'esbuild'
import { PACKAGE_ROOT } from '../src/config.js'

/** Constants of modules, of which esbuild makes a `var` each, as the constants that they were. */
export function declareConstants(module: string): string {
  return module.replace(/^var (?=[A-Z][A-Z0-9_]* = )/gm, 'const ')
}

/**
 * Bundles a module with all that it imports. It is minified after its constants are declared as such.
 * @param entry absolute path
 * @param define texts of names that the code does not declare
 */
export async function bundleMinified(
  entry: string, define: Record<string, string> = {}
): Promise<{ readonly code: string, readonly metafile: Metafile }> {
  const { build, transform } = await import('esbuild')
  const { outputFiles: [{ text }], metafile } = await build({
    absWorkingDir: PACKAGE_ROOT,
    entryPoints: [entry],
    bundle: true,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    format: 'esm',
    target: 'es2023',
    define,
    write: false,
    metafile: true,
    logLevel: 'warning'
  })
  const { code } = await transform(declareConstants(text), { minify: true, target: 'es2023' })
  return { code, metafile }
}
