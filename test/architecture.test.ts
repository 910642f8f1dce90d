/** The arrows between the folders go one way, as docs/architecture.md draws them. */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import t from 'tap'
import { PACKAGE_ROOT } from '../src/config.js'

/** What each layer may import from, itself included; the first layer whose path fits counts. */
const LAYERS: Array<{ path: string, mayImport: string[], packages?: RegExp }> = [
  { path: 'src/forest/', mayImport: ['src/forest/'], packages: /^@sinclair\/typebox/ },
  { path: 'src/pipeline/', mayImport: ['src/pipeline/', 'src/forest/'], packages: /^$/ },
  { path: 'src/model/', mayImport: ['src/model/', 'src/pipeline/', 'src/forest/'] },
  { path: 'src/config.ts', mayImport: [] },
  { path: 'src/load-bundle.ts', mayImport: [] },
  { path: 'src/http/', mayImport: ['src/http/', 'src/config.ts', 'src/model/', 'src/pipeline/describe-value.ts', 'src/forest/dump.ts'] },
  { path: 'plugins/', mayImport: ['src/http/', 'src/config.ts', 'src/model/'] },
  { path: 'src/app.ts', mayImport: ['plugins/', 'src/http/', 'src/config.ts', 'src/model/'] },
  { path: 'src/mistaken-settings.ts', mayImport: ['src/config.ts', 'src/model/'] },
  { path: 'src/serve.ts', mayImport: ['src/app.ts', 'src/mistaken-settings.ts', 'src/http/', 'src/config.ts', 'src/model/'] },
  { path: 'src/server.ts', mayImport: ['src/serve.ts'] },
  { path: 'tools/convert/pickle/', mayImport: ['tools/convert/pickle/'] },
  // The table of all predictors, also of those that other libraries fit.
  {
    path: 'tools/convert/sklearn/registry.ts',
    mayImport: ['tools/convert/sklearn/', 'tools/convert/pickle/', 'tools/convert/lightgbm/estimators.ts', 'tools/convert/xgboost/estimators.ts']
  },
  {
    path: 'tools/convert/sklearn/',
    mayImport: [
      'tools/convert/sklearn/', 'tools/convert/pickle/', 'src/forest/dump', 'src/forest/libm.ts',
      'src/forest/list-forests.ts', 'src/forest/numpy-sum.ts', 'src/forest/precision.ts', 'src/forest/start.ts'
    ]
  },
  {
    path: 'tools/score/',
    mayImport: [
      'tools/score/', 'tools/inspect/escape.ts', 'plugins/churn.ts', 'src/http/', 'src/config.ts', 'src/model/',
      'src/pipeline/describe-value.ts'
    ],
    packages: /^(?:node:|cli-progress$)/
  },
  { path: 'tools/', mayImport: ['tools/', 'src/'] }
]

const sources = ['src', 'plugins', 'tools'].flatMap(folder =>
  readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .map(file => join(folder, file)))

t.ok(sources.length > 30, 'the sources are found')
for (const file of sources) {
  const layer = LAYERS.find(({ path }) => file.startsWith(path))
  if (layer === undefined) {
    t.fail(`${file} belongs to no layer`)
    continue
  }
  const text = readFileSync(join(PACKAGE_ROOT, file), 'utf8')
  for (const [, specifier] of text.matchAll(/^\s*(?:import|export)\b[^'"`;]*?from '([^']+)'/gm)) {
    if (specifier.startsWith('.')) {
      const target = relative(PACKAGE_ROOT, resolve(PACKAGE_ROOT, dirname(file), specifier)).replace(/\.js$/, '.ts')
      if (!layer.mayImport.some(allowed => target.startsWith(allowed))) t.fail(`${file} imports ${target}`)
    } else if (layer.packages !== undefined && !layer.packages.test(specifier)) {
      t.fail(`${file} imports ${specifier}`)
    }
  }
}
