/**
 * Puts the service and the packages that it loads into one file, `dist/src/serve.js`, in place of the compiler's: to
 * find, read and link some 900 modules takes longer than all the rest of a start. So it is with `score` and its
 * threads, `command.js`, `loader.js` and `worker.js` in `dist/tools/score`. The modules stay beside them, for tests and
 * commands. A platform that esbuild does not run on keeps the compiler's file, which does the same.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'
import { PACKAGE_ROOT } from '../src/config.js'

/**
 * esbuild declares the constants of modules with `var`. V8 compiles the value of a `const` into a hot loop and reads
 * that of a `var` at every step, with which a forest takes half as long again. By convention these names are in upper
 * case; packages may have others, and keep theirs as they are.
 */
const keepConstants: Plugin = {
  name: 'keep constants',
  setup(build) {
    build.onEnd(async ({ outputFiles = [] }) => {
      for (const { path, text } of outputFiles) {
        await writeFile(path, path.endsWith('.js') ? text.replace(OWN_MODULE, declareConstants) : text)
      }
    })
  }
}

/** To load pino does nothing, so where only its neighbours are used, as in a thread of `score`, it is left out. */
const dropUnused: Plugin = {
  name: 'drop unused packages',
  setup(build) {
    build.onResolve({ filter: /^pino$/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === dropUnused) return undefined
      return { ...await build.resolve(path, { ...from, pluginData: dropUnused }), sideEffects: false }
    })
  }
}

/** A module of this project within a bundle: esbuild begins each with its path. */
const OWN_MODULE = /^\/\/ (?:src|plugins|tools)\/.*\n(?:(?!\/\/ ).*\n)*/gm

function declareConstants(module: string): string {
  return module.replace(/^var (?=[A-Z][A-Z0-9_]* = )/gm, 'const ')
}

/** What packages written as CommonJS expect to find. */
const BANNER = `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)`

/** What a start does not need stays where it is, a module beside its packages, and is loaded when it is asked for. */
const leaveOptional: Plugin = {
  name: 'leave optional modules',
  setup(build) {
    build.onResolve({ filter: /^\.\/docs\.js$/ }, () => ({ path: './http/docs.js', external: true }))
    build.onResolve({ filter: /^\.\/progress\.js$/ }, () => ({ path: './progress.js', external: true }))
  }
}

const ENTRIES = ['src/serve.ts', ...['command', 'loader', 'worker'].map(name => `tools/score/${name}.ts`)]

async function bundle(): Promise<void> {
  const { build } = await import('esbuild')
  await build({
    absWorkingDir: PACKAGE_ROOT,
    entryPoints: ENTRIES.map(file => join(PACKAGE_ROOT, file)),
    outbase: PACKAGE_ROOT,
    outdir: join(PACKAGE_ROOT, 'dist'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    banner: { js: BANNER },
    plugins: [leaveOptional, dropUnused, keepConstants],
    write: false,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning'
  })
}

await bundle().catch((error: unknown) => {
  process.stderr.write(`The service is not bundled and starts more slowly: ${String(error)}\n`)
})
