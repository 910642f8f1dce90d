/**
 * Puts the service and the packages that it loads into one file: to find, read and link some 900 modules takes longer
 * than all the rest of a start. So it is with `score` and its threads, and with `report`. The bundles are made of the
 * compiler's output, and apart from it, in `dist/bundle`; `findBundle` says when they may be used. A platform that
 * esbuild does not run on has none, and runs the compiler's files, which do the same.
 */
import { rmSync } from 'node:fs'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import type { BuildOptions, Metafile, Plugin } from 'esbuild'
import type * as plugins from '../plugins/index.js'
import type * as app from '../src/app.js'
import { PACKAGE_ROOT, readConfig } from '../src/config.js'
import { bundlesOf, stampBundles } from '../src/find-bundle.js'
import { BUNDLE_END, BUNDLE_START, keepCode, loadBundle } from '../src/load-bundle.js'
import type * as registry from '../src/model/registry.js'
import { bundlePage } from './bundle-page.js'
import { collectLicenses } from './licenses.js'
import { bundleMinified, declareConstants } from './minified.js'

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
        await mkdir(dirname(path), { recursive: true })
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
const OWN_MODULE = /^\/\/ dist\/(?:src|plugins|library|tools)\/.*\n(?:(?!\/\/ ).*\n)*/gm

/** What packages written as CommonJS expect to find. */
const BANNER = `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)`

/** What a start does not need is a file of its own, and is loaded when it is asked for. */
const leaveOptional: Plugin = {
  name: 'leave optional modules',
  setup(build) {
    build.onResolve({ filter: /^\.\/docs\.js$/ }, () => ({ path: './docs/docs.cjs', external: true }))
    build.onResolve({ filter: /^\.\/progress\.js$/ }, () => ({ path: '../../tools/score/progress.js', external: true }))
  }
}

/** A source map that leads everything to nowhere: without one, it would seem to belong to the module before it. */
const NO_MAP = `//# sourceMappingURL=data:application/json;base64,${btoa('{"version":3,"sources":[""],"mappings":"AAAA"}')}`

/** Packages and generated code stay out of the source maps, which the first stack to be mapped would wait for. */
const mapOwnCode: Plugin = {
  name: 'map own code',
  setup(build) {
    build.onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$|[\\/]explain[\\/]kernels\.js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\n${NO_MAP}`, loader: 'js'
    }))
  }
}

const BUNDLES = bundlesOf()

/** What is in the bundle of the service, for a start and for {@link warmUp}. */
const SERVICE_ENTRY = "export { serve } from './serve.js'\nexport { buildApp, MODEL_NAMES } from './app.js'\n" +
  "export { loadEntries } from './model/registry.js'\nexport { FIRST_CLASS_MODELS } from '../plugins/index.js'\n"

type Service = typeof app & typeof plugins & typeof registry

const OPTIONS = {
  absWorkingDir: PACKAGE_ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  plugins: [leaveOptional, dropUnused, mapOwnCode, keepConstants],
  // Written by `keepConstants`.
  write: false,
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning'
} satisfies BuildOptions

/** Packages that every user has. All others are within the bundles, so that an installation is small. */
const INSTALLED = ['fastify', '@fastify/swagger', '@sinclair/typebox']

async function bundle(): Promise<void> {
  rmSync(BUNDLES, { recursive: true, force: true })
  const { build } = await import('esbuild')
  const score = await build({
    ...OPTIONS,
    // Beside each other, as a thread's file is looked for beside the module that starts it.
    entryPoints: Object.entries({
      'command': 'score/command', 'loader': 'score/threads/loader', 'worker': 'score/threads/worker', 'report': 'report/command'
    }).map(([out, name]) => ({ in: join(PACKAGE_ROOT, 'dist', 'tools', `${name}.js`), out })),
    outdir: join(BUNDLES, 'score'),
    format: 'esm',
    splitting: true,
    banner: { js: BANNER }
  })
  const file = join(BUNDLES, 'service.cjs')
  const service = await build({
    ...OPTIONS,
    stdin: { contents: SERVICE_ENTRY, resolveDir: join(PACKAGE_ROOT, 'dist', 'src') },
    outfile: file,
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname' },
    // Code that V8 has kept cannot import.
    supported: { 'dynamic-import': false },
    banner: { js: BUNDLE_START },
    footer: { js: BUNDLE_END }
  })
  const docs = await bundleDocs()
  for (const entry of ['core', 'core-more', 'explain', 'what-if']) await bundleSmall(entry)
  const plugin = await build({
    ...OPTIONS,
    entryPoints: [join(PACKAGE_ROOT, 'dist', 'library', 'fastify.js')],
    outdir: BUNDLES,
    format: 'esm',
    external: INSTALLED,
    banner: { js: BANNER }
  })
  // Beside both, as it is looked for beside the module that starts it.
  const thread = await build({
    ...OPTIONS,
    entryPoints: [join(PACKAGE_ROOT, 'dist', 'src', 'model-thread.js')],
    outdir: BUNDLES,
    format: 'esm',
    banner: { js: BANNER }
  })
  const page = await bundlePage(join(PACKAGE_ROOT, 'page'), join(BUNDLES, 'page'))
  const parts = [score, service, docs, plugin, thread, ...page].flatMap(({ metafile }) => Object.keys(metafile.inputs))
  await writeFile(join(BUNDLES, 'LICENSES.txt'), collectLicenses(parts))
  await warmUp(file)
  stampBundles()
}

/** `recall-ml/core` imports the file with what most models have no use for when a model needs it. */
const leaveMore: Plugin = {
  name: 'leave what few models need',
  setup(build) {
    build.onResolve({ filter: /^\.\/core-more\.js$/ }, () => ({ path: './core-more.min.js', external: true }))
  }
}

/** `recall-ml/core`, `recall-ml/explain` and `recall-ml/what-if`: small files for browsers, workers and edge. */
async function bundleSmall(entry: string): Promise<void> {
  const { code } = await bundleMinified(join(PACKAGE_ROOT, 'dist', 'library', `${entry}.js`), { plugins: [leaveMore] })
  await writeFile(join(BUNDLES, `${entry}.min.js`), code)
}

/** The document and its page, whose files `docs.js` looks for beside itself. */
async function bundleDocs(): Promise<{ readonly metafile: Metafile }> {
  const { build } = await import('esbuild')
  const docs = await build({
    ...OPTIONS,
    entryPoints: [join(PACKAGE_ROOT, 'dist', 'src', 'http', 'openapi', 'docs.js')],
    outfile: join(BUNDLES, 'docs', 'docs.cjs'),
    format: 'cjs',
    define: { 'import.meta.dirname': '__dirname' },
    external: INSTALLED
  })
  const page = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static')
  const target = join(BUNDLES, 'docs', 'static')
  // The same script without its packages, which no page loads.
  await cp(page, target, { recursive: true, filter: file => basename(file) !== 'swagger-ui.js' })
  // The page asks for the layout with a top bar, which docs.ts does without.
  await writeFile(join(target, 'swagger-ui-standalone-preset.js'), 'window.SwaggerUIStandalonePreset = []\n')
  return docs
}

/** Starts the service as far as it goes without a socket, so that V8 compiles what a start needs, and keeps that. */
async function warmUp(file: string): Promise<void> {
  const bundle = loadBundle(file)
  const { buildApp, FIRST_CLASS_MODELS, loadEntries, MODEL_NAMES } = bundle.exports as Service
  const config = readConfig({ LOG_LEVEL: 'silent' }, '')
  const service = await buildApp(config, { entries: await loadEntries(config.modelPath, MODEL_NAMES) })
  for (const { path: url } of FIRST_CLASS_MODELS) await service.inject({ method: 'POST', url, payload: {} })
  await service.close()
  keepCode(bundle)
}

await bundle().catch((error: unknown) => {
  process.stderr.write(`The service is not bundled, and starts more slowly: ${String(error)}\n`)
})
