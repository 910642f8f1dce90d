/** Every transformer, option by option, against what scikit-learn's own `transform` gives: the bits of every column. */
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import type { Step } from '../../src/dump/steps.js'
import type { Input } from '../../src/dump/dump.js'
import { InputError, type Row } from '../../src/errors/input-error.js'
import { compilePipeline } from '../../src/pipeline/pipeline.js'
import { countUlps } from '../../src/arithmetic/ulps.js'
import { Frame } from '../../tools/convert/common/frame.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { Dict, Global, Instance, Tuple, type Value } from '../../tools/convert/pickle/values.js'
import { Located } from '../../tools/convert/common/located.js'
import { convertTransformer } from '../../tools/convert/registry/registry.js'
import { readVariable } from '../helpers/environment.js'
import { fixturePath, readFixture } from '../helpers/fixtures.js'
import { readRoot } from '../helpers/read-root.js'

type Cell = string | number | null

interface Case {
  /** How many units in the last place may differ; 0 unless a logarithm or the like is involved. */
  ulps: number
  outputs: Array<{
    versions: string[]
    columns: string[]
    rows: Cell[][]
    refused: Cell[][]
    values: Array<Array<number | string>>
  }>
}

const VERSIONS = ['1.2', '1.6', '1.9']
const cases = JSON.parse(gunzipSync(readFixture('transformers/expected.json.gz')).toString()) as Record<string, Case>
const only = readVariable('ONLY_CASE')

/** A transformer alone, as the steps that a dump would have. */
function convert(transformer: Located, columns: string[]): { inputs: Input[], steps: Step[], outputs: string[] } {
  const frame = new Frame()
  for (const name of columns) frame.addInput({ name, type: 'number' })
  const outputs = convertTransformer(transformer, columns, frame)
  // What comes after takes missing values.
  frame.acceptMissing(outputs)
  return { inputs: frame.allInputs, steps: frame.steps, outputs }
}

const worst = new Map<string, number>()

for (const version of VERSIONS) {
  const root = await readRoot(fixturePath(`transformers/transformers-${version}.joblib`))
  for (const [name, { ulps, outputs }] of Object.entries(cases)) {
    if (only !== undefined && !name.includes(only)) continue
    const expected = outputs.find(({ versions }) => versions.includes(version))
    if (expected === undefined) continue
    t.test(`${version}: ${name}`, async t => {
      const { inputs, steps, outputs } = convert(root.key(name), expected.columns)
      const pipeline = compilePipeline({ inputs, steps }, outputs)
      const toRow = (cells: Cell[]): Row => Object.fromEntries(cells.map((cell, i) => [expected.columns[i], cell]))
      const features = new Float64Array(outputs.length)
      t.equal(outputs.length, expected.values[0].length, 'as many columns')
      expected.rows.forEach((cells, i) => {
        pipeline.run(toRow(cells), features)
        const wrong = expected.values[i].findIndex((cell, c) => {
          const value = Number(cell)
          if (Object.is(value, features[c])) return false
          const distance = countUlps(value, features[c])
          worst.set(name, Math.max(worst.get(name) ?? 0, distance))
          return Number.isNaN(value) || distance > ulps
        })
        if (wrong >= 0) {
          t.fail(`row ${i}, ${outputs[wrong]}: ${expected.values[i][wrong]} expected, ${features[wrong]} computed`, { cells })
        }
      })
      for (const cells of expected.refused) {
        // An input that reaches no column is not looked at.
        const first = expected.rows[0]
        if (expected.columns.every((column, i) => pipeline.usedInputs.has(column) || cells[i] === first[i])) {
          t.throws(() => pipeline.run(toRow(cells), features), InputError, `refused: ${JSON.stringify(cells)}`)
        }
      }
    })
  }
}

function instance(path: string, attributes: Record<string, Value>): Instance {
  const at = path.lastIndexOf('.')
  const made = new Instance(new Global(path.slice(0, at), path.slice(at + 1)), [])
  const state = new Dict()
  for (const [name, value] of Object.entries(attributes)) state.entries.set(name, value)
  made.state = state
  return made
}

const columns = (selection: Value) => instance('sklearn.compose.ColumnTransformer', {
  transformer_weights: null,
  transformers_: [new Tuple(['block', 'passthrough', selection])]
})
const sparse = (transformer: Instance) => instance('sklearn.pipeline.Pipeline', {
  steps: [
    new Tuple(['hot', instance('sklearn.preprocessing.OneHotEncoder', {
      handle_unknown: 'ignore', categories_: [[1, 2], [1, 2]], sparse_output: true
    })]),
    new Tuple(['next', transformer])
  ]
})
const onFunction = (func: Value, attributes: Record<string, Value> = {}) =>
  instance('sklearn.preprocessing.FunctionTransformer', { func, kw_args: null, ...attributes })
const kwArgs = new Dict()
kwArgs.entries.set('decimals', 2)

/** What cannot be converted, and what the error must say. */
const REFUSED: Array<[what: string, transformer: Instance, message: RegExp]> = [
  ['a function of the author', onFunction(new Global('__main__', 'f')), /func: .*None or one of numpy's .*not executed; compute/s],
  ['a function of numpy that is not known', onFunction(new Global('numpy', 'load')), /numpy\.load/],
  ['a function with arguments', onFunction(new Global('numpy', 'sqrt'), { kw_args: kwArgs }), /kw_args: expected no arguments/],
  ['columns by a number that is none', columns([1.5]), /transformers_\[0\]\[2\]\[0\]: expected one of the columns/],
  ['columns out of range', columns([2]), /expected one of the columns x0, x1, found the number 2/],
  ['columns by an unknown name', columns('y'), /expected one of the columns x0, x1, found the str "y"/],
  ['a mask of other columns', columns([true]), /expected a mask of 2 columns/],
  ['columns by a dict', columns(kwArgs), /by name, by position, as a mask or as a slice/],
  ['a norm over sparse rows', sparse(instance('sklearn.preprocessing.Normalizer', { norm: 'l2' })), /sparse.*dense output/s],
  [
    'quantiles of a sparse matrix',
    sparse(instance('sklearn.preprocessing.QuantileTransformer', { output_distribution: 'normal' })), /dense input.*dense output/s
  ],
  [
    'products of three of a sparse matrix',
    sparse(instance('sklearn.preprocessing.PolynomialFeatures', { degree: 3 })), /at most 2 for a sparse matrix/
  ],
  [
    'bins of float32',
    instance('sklearn.preprocessing.KBinsDiscretizer', { dtype: new Global('numpy', 'float32') }), /None or float64.*without dtype/s
  ],
  [
    'a selection by an estimator without importances',
    instance('sklearn.feature_selection.SelectFromModel', { estimator_: instance('sklearn.svm.SVC', {}) }),
    /coef_, or trees.*RFE in its place/s
  ],
  ['imputation without statistics', instance('sklearn.impute.SimpleImputer', {}), /statistics_: expected a list/],
  [
    'categories of another number of columns',
    instance('sklearn.preprocessing.OrdinalEncoder', { categories_: [[1, 2]] }), /categories of 2 columns/
  ],
  [
    'text and numbers among the categories',
    instance('sklearn.preprocessing.OrdinalEncoder', { categories_: [['a', 2], [1]] }), /categories_\[0\]\[1\]: expected a str/
  ],
  ['an encoder of labels for two columns', instance('sklearn.preprocessing.LabelEncoder', {}), /encoder of 2 columns/],
  ['a transformer that is not supported', instance('sklearn.decomposition.KernelPCA', {}), /KernelPCA cannot stand here.*docs\/parity\.md/s]
]

for (const [what, transformer, message] of REFUSED) {
  t.test(`refused: ${what}`, async t => {
    t.throws(() => convert(new Located(transformer, 'model'), ['x0', 'x1']), { message })
    t.throws(() => convert(new Located(transformer, 'model'), ['x0', 'x1']), ConvertError)
  })
}

t.teardown(() => {
  for (const [name, distance] of worst) t.comment(`${name}: up to ${distance} units in the last place`)
})
