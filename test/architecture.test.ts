/** The arrows between the rooms go one way, as docs/architecture.md draws them. */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import t from 'tap'
import { PACKAGE_ROOT } from '../src/config.js'

/**
 * What each room may import from, besides itself. A room is a folder without its subfolders; directly in `src` each
 * file is a room of its own.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'src/arithmetic': [],
  'src/errors': [],
  'src/config': [],
  'src/find-bundle': [],
  'src/load-bundle': [],
  'src/dump': [],
  'src/evaluator': ['src/arithmetic', 'src/dump'],
  'src/pipeline': ['src/arithmetic', 'src/dump', 'src/errors'],
  'src/model': ['src/arithmetic', 'src/dump', 'src/errors', 'src/evaluator', 'src/pipeline'],
  'src/explain': ['src/dump', 'src/errors', 'src/evaluator', 'src/model', 'src/pipeline'],
  'src/what-if': ['src/arithmetic', 'src/dump', 'src/errors', 'src/evaluator', 'src/model', 'src/pipeline'],
  'src/http/observability': ['src/config', 'src/model'],
  'src/http/shared': ['src/config', 'src/errors', 'src/http/observability', 'src/model'],
  'src/http/bodies': ['src/errors', 'src/http/shared', 'src/model'],
  'src/http/connections': ['src/config', 'src/http/observability', 'src/http/shared', 'src/model'],
  'src/http/openapi': ['src/config', 'src/http/shared'],
  'src/http/page': ['src/config', 'src/http/shared', 'src/model'],
  'src/http/rows': ['src/dump', 'src/http/observability', 'src/http/shared', 'src/model'],
  'src/http/explain': [
    'src/config', 'src/http/openapi', 'src/http/rows', 'src/http/shared', 'src/model', 'src/threads'
  ],
  'src/http/what-if': [
    'src/config', 'src/errors', 'src/http/openapi', 'src/http/routes', 'src/http/rows', 'src/http/shared', 'src/model',
    'src/threads'
  ],
  'src/http/batch': [
    'src/config', 'src/errors', 'src/http/bodies', 'src/http/connections', 'src/http/explain', 'src/http/observability', 'src/http/openapi',
    'src/http/rows', 'src/http/shared', 'src/model'
  ],
  'src/http/open-inference': [
    'src/config', 'src/errors', 'src/http/bodies', 'src/http/observability', 'src/http/openapi', 'src/http/rows',
    'src/http/shared', 'src/model'
  ],
  'src/threads': ['src/config', 'src/http/shared', 'src/model'],
  'src/start-model-thread': [],
  'src/model-thread': ['library', 'src/dump', 'src/errors', 'src/explain', 'src/model', 'src/threads'],
  'src/http/routes': [
    'src/config', 'src/dump', 'src/http/batch', 'src/http/bodies', 'src/http/connections', 'src/http/explain',
    'src/http/observability', 'src/http/openapi', 'src/http/rows', 'src/http/shared', 'src/model', 'src/threads'
  ],
  'plugins': ['src/config', 'src/errors', 'src/http', 'src/model'],
  'src/app': ['plugins', 'src/config', 'src/http', 'src/model', 'src/start-model-thread', 'src/threads'],
  'library': ['plugins', 'src', 'tools/convert'],
  'page/texts': [],
  'page/logic': ['library', 'src/dump', 'src/evaluator', 'src/http/page', 'src/pipeline'],
  'page/models': ['library', 'page/logic', 'src/dump', 'src/http/page', 'src/model', 'src/pipeline'],
  'page/parts': ['library', 'page/logic', 'page/models', 'page/texts', 'src/http/page'],
  'page/charts': ['page/logic', 'page/parts', 'src/http/page'],
  'page/tabs': ['library', 'page/charts', 'page/logic', 'page/models', 'page/parts', 'page/texts', 'src/http/page', 'src/model'],
  'page': ['page', 'library'],
  'src/cluster': ['src/http/connections', 'src/http/open-inference'],
  'src/mistaken-settings': ['src/config', 'src/model'],
  'src/serve': ['src/app', 'src/cluster', 'src/config', 'src/http', 'src/mistaken-settings', 'src/model'],
  'src/start': ['src/find-bundle', 'src/load-bundle', 'src/serve'],
  'src/server': ['src/start'],
  'src/serve-modules': ['src/serve'],
  'tools/terminal': [],
  'tools/convert/errors': [],
  'tools/convert/containers': ['tools/convert/errors'],
  'tools/convert/pickle': ['tools/convert/errors'],
  'tools/convert/common': ['src/dump', 'tools/convert/containers', 'tools/convert/errors', 'tools/convert/pickle'],
  'tools/convert/sklearn': [
    'src/arithmetic', 'src/dump', 'src/evaluator', 'tools/convert/common', 'tools/convert/errors', 'tools/convert/pickle'
  ],
  'tools/convert/lightgbm': [
    'src/dump', 'tools/convert/common', 'tools/convert/errors', 'tools/convert/pickle', 'tools/convert/sklearn'
  ],
  'tools/convert/xgboost': [
    'src/arithmetic', 'src/dump', 'tools/convert/common', 'tools/convert/errors', 'tools/convert/pickle'
  ],
  'tools/convert/catboost': [
    'src/arithmetic', 'src/dump', 'tools/convert/common', 'tools/convert/errors', 'tools/convert/pickle'
  ],
  'tools/convert/onnx': ['src/dump', 'tools/convert/common', 'tools/convert/errors', 'tools/convert/pickle'],
  'tools/convert/skops': ['tools/convert/containers', 'tools/convert/errors', 'tools/convert/pickle'],
  'tools/convert/mlflow': ['tools/convert/common', 'tools/convert/errors'],
  'tools/convert/tracking': ['tools/convert/common', 'tools/convert/errors', 'tools/convert/mlflow'],
  'tools/convert/category-encoders': ['tools/convert/common', 'tools/convert/pickle', 'tools/convert/sklearn'],
  'tools/convert/feature-engine': ['tools/convert/common', 'tools/convert/pickle', 'tools/convert/sklearn'],
  'tools/convert/quantile-forest': ['src/dump', 'tools/convert/common', 'tools/convert/pickle', 'tools/convert/sklearn'],
  'tools/convert/scikit-survival': ['src/dump', 'tools/convert/common', 'tools/convert/sklearn'],
  'tools/convert/mljs': ['src/dump', 'tools/convert/common'],
  'tools/convert/registry': [
    'tools/convert/catboost', 'tools/convert/category-encoders', 'tools/convert/common', 'tools/convert/errors', 'tools/convert/feature-engine',
    'tools/convert/lightgbm', 'tools/convert/pickle', 'tools/convert/quantile-forest', 'tools/convert/scikit-survival',
    'tools/convert/sklearn', 'tools/convert/xgboost'
  ],
  'tools/convert/sources': [
    'tools/convert/catboost', 'tools/convert/common', 'tools/convert/containers', 'tools/convert/errors',
    'tools/convert/lightgbm', 'tools/convert/mlflow', 'tools/convert/onnx', 'tools/convert/pickle',
    'tools/convert/registry', 'tools/convert/sklearn', 'tools/convert/skops', 'tools/convert/tracking',
    'tools/convert/xgboost'
  ],
  'tools/convert/recipes': [
    'src/dump', 'tools/convert/catboost', 'tools/convert/category-encoders', 'tools/convert/common',
    'tools/convert/containers', 'tools/convert/errors', 'tools/convert/lightgbm', 'tools/convert/mljs',
    'tools/convert/onnx', 'tools/convert/pickle', 'tools/convert/registry', 'tools/convert/sklearn',
    'tools/convert/xgboost'
  ],
  'tools/convert/recipe-syntax': ['src/arithmetic', 'src/dump', 'src/errors', 'src/model', 'tools/convert/errors'],
  'tools/convert/recipe-files': [
    'src/dump', 'tools/convert/common', 'tools/convert/errors', 'tools/convert/pickle', 'tools/convert/recipe-syntax',
    'tools/convert/recipes', 'tools/convert/registry', 'tools/convert/sklearn'
  ],
  'tools/convert/golden': ['src/arithmetic', 'src/dump', 'src/evaluator', 'src/model', 'src/pipeline'],
  'tools/convert': ['src', 'tools/convert', 'tools/terminal'],
  'tools/inspect': ['tools/convert', 'tools/terminal'],
  'tools/score/shared': ['tools/terminal'],
  'tools/score/input': ['tools/score/shared'],
  'tools/score/rows': ['library', 'plugins', 'src', 'tools/score/input', 'tools/score/shared', 'tools/terminal'],
  'tools/score/output': ['src/model', 'tools/score/rows', 'tools/score/shared'],
  'tools/score/threads': ['src/dump', 'src/model', 'tools/score/input', 'tools/score/rows', 'tools/score/shared'],
  'tools/score': ['src', 'tools/score'],
  'tools/report/texts': ['page/logic', 'page/texts'],
  'tools/report/data': ['library', 'page/logic', 'src/dump', 'src/model', 'tools/convert/golden', 'tools/score'],
  'tools/report/view': ['page/logic', 'src/config', 'src/http/page', 'src/model', 'tools/report/data', 'tools/report/texts'],
  'tools/report': ['page/logic', 'src', 'tools/report', 'tools/score'],
  'tools/fuzz/shared': ['tools/convert'],
  'tools/fuzz/sockets': ['src', 'tools/fuzz/shared'],
  'tools/fuzz': ['src', 'tools/convert', 'tools/fuzz', 'tools/inspect'],
  'tools/parity': ['src', 'tools/convert'],
  'tools': ['plugins', 'src', 'tools']
}

/** Packages, where a room may not have just any. Node.js's modules count: browsers have none. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  'src/arithmetic': /^$/,
  'src/errors': /^$/,
  'src/dump': /^@sinclair\/typebox/,
  'src/evaluator': /^$/,
  'src/explain': /^$/,
  'src/pipeline': /^$/,
  'src/what-if': /^$/
}

/** tools/bench is a package of its own. */
const sources = ['src', 'plugins', 'library', 'page', 'tools'].flatMap(folder =>
  readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => /\.tsx?$/.test(file) && !join(folder, file).startsWith('tools/bench/'))
    .map(file => join(folder, file)))

function roomOf(file: string): string {
  const folder = dirname(file)
  return folder === 'src' ? file.replace(/(?:\.d)?\.ts$/, '') : folder
}

const arrows = new Map<string, Set<string>>()

t.ok(sources.length > 30, 'the sources are found')
for (const file of sources) {
  const room = roomOf(file)
  const allowed = ROOMS[room] ?? []
  if (!(room in ROOMS)) t.fail(`${file} is in no room`)
  const text = readFileSync(join(PACKAGE_ROOT, file), 'utf8')
  for (const [, specifier] of text.matchAll(/^\s*(?:import|export)\b[^'"`;]*?from '([^']+)'/gm)) {
    if (!specifier.startsWith('.')) {
      if (room in PACKAGES && !PACKAGES[room].test(specifier)) t.fail(`${file} imports ${specifier}`)
      continue
    }
    const target = roomOf(relative(PACKAGE_ROOT, resolve(PACKAGE_ROOT, dirname(file), specifier)).replace(/\.js$/, '.ts'))
    if (target === room) continue
    arrows.set(room, (arrows.get(room) ?? new Set()).add(target))
    if (!allowed.some(name => target === name || target.startsWith(`${name}/`))) t.fail(`${file} imports from ${target}`)
  }
}

/** Tables of all kinds, and what refuses dumps with them: `recall-ml/core` has them in its second file. */
const ALL_OF_A_KIND = [
  'src/dump/find-fault.ts', 'src/dump/shape.ts', 'src/evaluator/estimators.ts', 'src/evaluator/links.ts', 'src/model/all-kinds.ts',
  'src/pipeline/operations.ts', 'src/pipeline/steps.ts'
]
const inFirstFile = listImported('library/core.ts')
t.strictSame(ALL_OF_A_KIND.filter(file => inFirstFile.has(file)), [], 'the first file of recall-ml/core has common kinds only')
const inBothFiles = new Set([...inFirstFile, ...listImported('library/core-more.ts')])
t.strictSame(ALL_OF_A_KIND.filter(file => !inBothFiles.has(file)), [], 'and its second file the others')

for (const room of arrows.keys()) {
  const path = findWayBack(room)
  t.equal(path, undefined, `no way leads from ${room} back to it`)
}

t.strictSame(Object.keys(ROOMS).filter(room => !sources.some(file => roomOf(file) === room)), [], 'no room is empty')

/** A file and all that it imports before it runs, types aside. */
function listImported(file: string, found = new Set<string>()): Set<string> {
  found.add(file)
  const text = readFileSync(join(PACKAGE_ROOT, file), 'utf8')
  for (const [, specifier] of text.matchAll(/^\s*(?:import|export)\b(?! type\b)[^'"`;]*?from '(\.[^']+)'/gm)) {
    const target = join(dirname(file), specifier).replace(/\.js$/, '.ts')
    if (!found.has(target)) listImported(target, found)
  }
  return found
}

function findWayBack(room: string): string | undefined {
  const ways = [...arrows.get(room) ?? []].map(next => [room, next])
  const seen = new Set<string>()
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    const last = way[way.length - 1]
    if (last === room) return way.join(' -> ')
    if (seen.has(last)) continue
    seen.add(last)
    for (const next of arrows.get(last) ?? []) ways.push([...way, next])
  }
  return undefined
}
