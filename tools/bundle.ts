/**
 * Puts the service and the packages that it loads into one file, which `dist/src/serve.js` then runs, in place of the
 * compiler's: to find, read and link some 900 modules takes longer than all the rest of a start. So it is with `score`
 * and its threads, `command.js`, `loader.js` and `worker.js` in `dist/tools/score`. The modules stay beside them, for
 * tests and commands. A platform that esbuild does not run on keeps the compiler's files, which do the same.
 */
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { BuildOptions, Plugin } from 'esbuild'
import type * as app from '../src/app.js'
import { PACKAGE_ROOT, readConfig } from '../src/config.js'
import { BUNDLE_END, BUNDLE_START, dropCode, keepCode, loadBundle } from '../src/load-bundle.js'
import type * as registry from '../src/model/registry.js'

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
        await writeFile(path, /\.c?js$/.test(path) ? text.replace(OWN_MODULE, declareConstants) : text)
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
    build.onResolve({ filter: /^\.\/docs\.js$/ }, () => ({ path: './http/openapi/docs.js', external: true }))
    build.onResolve({ filter: /^\.\/progress\.js$/ }, () => ({ path: './progress.js', external: true }))
  }
}

/** The bundle of the service; what is in it, for a start and for `warmUp`; what stands in place of `serve.js`. */
const SERVICE = join(PACKAGE_ROOT, 'dist', 'src', 'serve.bundle.cjs')
const SERVICE_ENTRY = "export { serve } from './serve.js'\nexport { buildApp, MODEL_NAMES } from './app.js'\n" +
  "export { loadModels } from './model/registry.js'\n"
const SERVICE_LOADER = "import { loadBundle } from './load-bundle.js'\n\n" +
  "export const { serve } = loadBundle(`${import.meta.dirname}/serve.bundle.cjs`).exports\n"

const OPTIONS = {
  absWorkingDir: PACKAGE_ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  plugins: [leaveOptional, dropUnused, keepConstants],
  write: false,
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning'
} satisfies BuildOptions

async function bundle(): Promise<void> {
  dropCode(SERVICE)
  const { build } = await import('esbuild')
  await build({
    ...OPTIONS,
    entryPoints: ['command', 'threads/loader', 'threads/worker'].map(name => ({
      // Beside each other, as a thread's file is looked for beside the module that starts it.
      in: join(PACKAGE_ROOT, 'tools', 'score', `${name}.ts`), out: basename(name)
    })),
    outdir: join(PACKAGE_ROOT, 'dist', 'tools', 'score'),
    format: 'esm',
    banner: { js: BANNER }
  })
  await build({
    ...OPTIONS,
    stdin: { contents: SERVICE_ENTRY, resolveDir: join(PACKAGE_ROOT, 'src'), loader: 'ts' },
    outfile: SERVICE,
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname' },
    // Code that V8 has kept cannot import.
    supported: { 'dynamic-import': false },
    banner: { js: BUNDLE_START },
    footer: { js: BUNDLE_END }
  })
  await warmUp()
  await writeFile(join(PACKAGE_ROOT, 'dist', 'src', 'serve.js'), SERVICE_LOADER)
}

/** Starts the service as far as it goes without a socket, so that V8 compiles what a start needs, and keeps that. */
async function warmUp(): Promise<void> {
  const bundle = loadBundle(SERVICE)
  const { buildApp, MODEL_NAMES, loadModels } = bundle.exports as typeof app & typeof registry
  const config = readConfig({ LOG_LEVEL: 'silent' }, '')
  const service = await buildApp(config, { slots: await loadModels(config.modelPath, MODEL_NAMES) })
  for (const url of ['/recommend', '/predict']) await service.inject({ method: 'POST', url, payload: {} })
  await service.close()
  keepCode(bundle)
}

await bundle().catch((error: unknown) => {
  process.stderr.write(`The service is not bundled and starts more slowly: ${String(error)}\n`)
})
