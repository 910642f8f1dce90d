/** Every transformer, option by option, against what scikit-learn's own `transform` gives: the bits of every column. */
import t from 'tap'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { Dict, Global, Tuple, type Instance, type Value } from '../../tools/convert/pickle/values.js'
import { Located } from '../../tools/convert/common/located.js'
import { instance } from '../helpers/instance.js'
import { compareTransformers, convertAlone as convert } from '../helpers/compare-transformers.js'

const worst = await compareTransformers(t, 'transformers', ['1.2', '1.6', '1.9'])

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
const countOptions = new Dict()
countOptions.entries.set('x0', 'value')

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
  [
    'columns that are encoded as one',
    instance('category_encoders.ordinal.OrdinalEncoder', { composite_cols: [new Tuple(['x0', 'x1'])] }),
    /composite_cols: expected None.*Join the columns/s
  ],
  [
    'a mean that old versions do not agree on',
    instance('category_encoders.cat_boost.CatBoostEncoder', { a: 2, _mean: 0.5, drop_cols: [] }), /a: expected 1, .* before 2\.5/
  ],
  [
    'an indicator that old versions do not agree on',
    instance('category_encoders.one_hot.OneHotEncoder', { handle_missing: 'indicator', drop_cols: [] }),
    /handle_missing: expected another than "indicator"/
  ],
  [
    'counts of unknown categories that old versions do not agree on',
    instance('category_encoders.count.CountEncoder', { cols: ['x0'], drop_cols: [], _handle_unknown: countOptions }),
    /_handle_unknown: expected "error" or a whole number/
  ],
  [
    'a column that is not there',
    instance('category_encoders.ordinal.OrdinalEncoder', { cols: ['x2'] }), /cols\[0\]: expected one of the columns x0, x1/
  ],
  [
    'a variable that is not there',
    instance('feature_engine.selection.drop_features.DropFeatures', { features_to_drop_: ['x2'] }),
    /features_to_drop_\[0\]: expected one of the columns x0, x1/
  ],
  [
    'neighbours by a function', instance('sklearn.impute.KNNImputer', { metric: 'nan_euclidean', weights: new Global('__main__', 'w') }),
    /weights: expected "uniform" or "distance".*not executed/s
  ],
  ['a transformer that is not supported', instance('sklearn.decomposition.KernelPCA', {}), /KernelPCA cannot stand here.*docs\/parity\.md/s]
]

for (const [what, transformer, message] of REFUSED) {
  t.test(`refused: ${what}`, async t => {
    t.throws(() => convert(new Located(transformer, 'model'), ['x0', 'x1']), { message })
    t.throws(() => convert(new Located(transformer, 'model'), ['x0', 'x1']), ConvertError)
  })
}

t.teardown(() => {
  for (const [name, distance] of worst) if (distance > 0) t.comment(`${name}: up to ${distance} units in the last place`)
})
