/** quantile-forest's regressors of four versions: the bits that Python answers, and files that are none of theirs. */
import t from 'tap'
import { Tuple, type Instance, type Value } from '../../tools/convert/pickle/values.js'
import {
  attributesOf, comparePickledCase, convertRoot, openPickledCase, overwrite, readPickledCases, zeros
} from '../helpers/pickled-cases.js'

const COUNTS = { '1.1': 5, '1.2': 9, '1.3': 23, '1.4': 23 }

/** What versions before 1.3 answer otherwise than newer ones. */
const OLD = 'old-weights'

for (const [version, count] of Object.entries(COUNTS)) {
  const cases = readPickledCases(`quantile-forest/${version}`)
  t.equal(cases.length, count, `files of ${version}`)
  for (const pickled of cases) {
    t.test(`${version}: ${pickled.name}`, async t => {
      if (pickled.name !== OLD) return comparePickledCase(t, pickled)
      const message = /max_samples_leaf: expected 1, as versions before 1\.3 weight leaves by their size, found None/
      await t.rejects(comparePickledCase(t, pickled), { message })
    })
  }
}

/** What a file has of a model and of its QuantileForest, to be spoilt. */
interface Parts {
  readonly attributes: Map<Value, Value>
  readonly args: Value[]
  readonly state: Map<Value, Value>
}

const REFUSED: Array<[what: string, name: string, message: RegExp, spoil: (parts: Parts) => void]> = [
  ['a quantile beyond 1', 'all', /default_quantiles: expected numbers from 0 to 1, or "mean", found the number 1\.5/,
    ({ attributes }) => attributes.set('default_quantiles', 1.5)],
  ['no quantile', 'all', /default_quantiles: expected numbers from 0 to 1/, ({ attributes }) => attributes.set('default_quantiles', [])],
  ['a quantile that is NaN', 'one', /default_quantiles: expected numbers from 0 to 1/,
    ({ attributes }) => attributes.set('default_quantiles', [0.5, NaN])],
  ['a quantile by name', 'one', /default_quantiles: expected a number, found the str "median"/,
    ({ attributes }) => attributes.set('default_quantiles', 'median')],
  ['more trees than were fitted', 'one', /n_estimators: expected 9, as many trees as were fitted, found the number 12/,
    ({ attributes }) => attributes.set('n_estimators', 12)],
  ['no training values', 'one', /forest_: expected a QuantileForest, found None/, ({ attributes }) => attributes.set('forest_', null)],
  ['nothing of them', 'one', /forest_\.y_train: expected an array, found None/, ({ args }) => args.splice(0)],
  ['values that do not ascend', 'all', /forest_\.y_train: expected finite, ascending numbers/,
    ({ args }) => overwrite(args[0], -1e9)],
  ['values that are not finite', 'one', /forest_\.y_train: expected finite, ascending numbers/,
    ({ args }) => overwrite(args[0], Infinity)],
  ['values that are no numbers', 'one', /forest_\.y_train: expected an array, found the str "y"/, ({ args }) => { args[0] = 'y' }],
  ['values without outputs', 'one', /forest_\.y_train: expected the training values of each output/,
    ({ args }) => { args[0] = zeros([0, 70], 'f8') }],
  ['values of two outputs', 'all', /y_train_leaves: expected lists for each node of 9 trees and 2 outputs/,
    ({ args }) => { args[0] = zeros([2, 1], 'f8') }],
  ['lists of fewer trees', 'all', /y_train_leaves: expected lists for each node of 9 trees and 1 outputs, with shape/,
    ({ args }) => { args[1] = zeros([8, 40, 1, 3], 'i8') }],
  ['lists of fewer nodes', 'all', /y_train_leaves: expected lists for each node of 9 trees/,
    ({ args }) => { args[1] = zeros([9, 1, 1, 3], 'i8') }],
  ['lists of five dimensions', 'all', /y_train_leaves: expected an array of four dimensions/,
    ({ args }) => { args[1] = zeros([9, 40, 1, 1, 1], 'i8') }],
  ['empty lists', 'all', /y_train_leaves: expected training values in each leaf, also in node \d+ of tree 0/,
    ({ args }) => { args[1] = zeros([9, 40, 1, 3], 'i8') }],
  ['an index beyond the values', 'all', /y_train_leaves: expected indices in 1\.\.70, also in node/,
    ({ args }) => overwrite(args[1], 71, { all: true })],
  ['a negative index', 'one', /y_train_leaves: expected indices in 1\.\.70, also in node/, ({ args }) => overwrite(args[1], -1, { all: true })],
  ['bounds of fewer nodes', 'one-monotonic', /y_bound_leaves: expected an array of \d+ numbers/,
    ({ args }) => { args[2] = zeros([9, 1, 2], 'f8') }],
  ['bounds that are NaN', 'one-monotonic', /y_bound_leaves: expected bounds that are numbers/,
    ({ args }) => overwrite(args[2], NaN)],
  ['sparse lists of an impossible shape', 'all-sparse', /forest_\.shape1: expected the lengths of four dimensions/,
    ({ state }) => state.set('shape1', new Tuple([9, 1e9, 1e9, 3]))],
  ['sparse lists of another shape', 'all-sparse', /matrix1\.indptr: expected ascending numbers from 0 to \d+, one more than the/,
    ({ state }) => state.set('shape1', new Tuple([9, 50, 1, 3]))],
  ['sparse lists that end beyond their numbers', 'all-sparse', /matrix1\.indptr: expected ascending numbers/,
    ({ state }) => overwrite(attributesOf(state.get('matrix1')).get('indptr'), 1000, { all: true })],
  ['sparse lists with places beyond', 'all-sparse', /matrix1\.indices: expected numbers below/,
    ({ state }) => overwrite(attributesOf(state.get('matrix1')).get('indices'), 1000, { all: true })],
  ['no sparse lists', 'all-sparse', /forest_\.shape: expected a list, found nothing/, ({ state }) => state.clear()]
]

for (const [what, name, message, spoil] of REFUSED) {
  t.test(`refused: ${what}`, async t => {
    const pickled = readPickledCases('quantile-forest/1.4').find(one => one.name === name)
    if (pickled === undefined) throw new Error(`no case ${name}`)
    const root = openPickledCase(pickled)
    const forest = root.get('forest_') as Instance
    spoil({ attributes: attributesOf(root), args: forest.args as Value[], state: attributesOf(forest) })
    t.throws(() => convertRoot(root), { message })
  })
}
