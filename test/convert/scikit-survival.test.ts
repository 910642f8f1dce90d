/** scikit-survival's trees of four versions: the bits of its risk scores, and files that are none of its own. */
import t from 'tap'
import { NdArray } from '../../tools/convert/pickle/numpy.js'
import type { Instance, Value } from '../../tools/convert/pickle/values.js'
import {
  attributesOf, comparePickledCase, convertRoot, openPickledCase, overwrite, readPickledCases, zeros
} from '../helpers/pickled-cases.js'

const COUNTS = { '0.21': 11, '0.22': 13, '0.24': 16, '0.28': 16 }

for (const [version, count] of Object.entries(COUNTS)) {
  const cases = readPickledCases(`scikit-survival/${version}`)
  t.equal(cases.length, count, `files of ${version}`)
  for (const pickled of cases) t.test(`${version}: ${pickled.name}`, async t => comparePickledCase(t, pickled))
}

/** What a file has of a model, and of its first tree. */
interface Parts {
  readonly attributes: Map<Value, Value>
  readonly tree: Map<Value, Value>
  /** Of the tree's `tree_`. */
  readonly nodes: Map<Value, Value>
}

const REFUSED: Array<[what: string, name: string, message: RegExp, spoil: (parts: Parts) => void]> = [
  ['no trees', 'forest', /estimators_: expected at least one member/, ({ attributes }) => attributes.set('estimators_', [])],
  ['no times of events', 'forest', /is_event_time_: expected a numeric array, found nothing/,
    ({ tree }) => tree.delete('is_event_time_')],
  ['fewer times', 'forest', /is_event_time_: expected an array of \d+ numbers, found a numpy array of shape \(3\)/,
    ({ tree }) => tree.set('is_event_time_', zeros([3], 'b1'))],
  ['times that are texts', 'forest', /is_event_time_: expected a numeric array, found a list/,
    ({ tree }) => tree.set('is_event_time_', ['no', 'yes'])],
  ['hazards without survival', 'forest', /tree_\.values: expected an array of shape \(\d+, \d+, 2\)/,
    ({ nodes }) => nodes.set('values', withShape(nodes.get('values'), ([n, times]) => [n, 2 * times, 1]))],
  ['hazards where there is a sum', 'forest', /tree_\.values: expected an array of shape \(\d+, \d+, 1\)/,
    ({ tree }) => tree.set('low_memory', true)],
  ['several sums', 'forest-low-memory', /tree_\.values: expected one number for each node/,
    ({ nodes }) => nodes.set('values', zeros([(nodes.get('values') as NdArray).shape[0], 2, 1], 'f8'))],
  ['a flag that is none', 'forest', /low_memory: expected True or False/, ({ tree }) => tree.set('low_memory', 'no')],
  ['no loss', 'boosting', /_loss: expected one of scikit-survival's losses, found nothing/,
    ({ attributes }) => attributes.delete('_loss')],
  ['a loss of another kind', 'boosting', /_loss: expected one of scikit-survival's losses, found an instance of/,
    ({ attributes, tree }) => attributes.set('_loss', tree.get('tree_') ?? null)],
  ['fewer factors than stages', 'boosting-dropout', /_scale: expected a factor for each of 6 stages/,
    ({ attributes }) => attributes.set('_scale', zeros([5], 'f8'))],
  ['factors that are not finite', 'boosting-dropout', /_scale: expected finite numbers/,
    ({ attributes }) => overwrite(attributes.get('_scale'), Infinity)],
  ['factors in a list', 'boosting-dropout', /_scale: expected an array/, ({ attributes }) => attributes.set('_scale', [1])],
  ['stages of several trees', 'boosting', /estimators_: expected one tree in each stage/,
    ({ attributes }) => attributes.set('estimators_', withShape(attributes.get('estimators_'), ([n]) => [n / 2, 2]))]
]

for (const [what, name, message, spoil] of REFUSED) {
  t.test(`refused: ${what}`, async t => {
    const pickled = readPickledCases('scikit-survival/0.28').find(one => one.name === name)
    if (pickled === undefined) throw new Error(`no case ${name}`)
    const root = openPickledCase(pickled)
    const trees = root.get('estimators_')
    const [tree] = (trees instanceof NdArray ? trees.data : trees) as Instance[]
    spoil({ attributes: attributesOf(root), tree: attributesOf(tree), nodes: attributesOf(tree.get('tree_')) })
    t.throws(() => convertRoot(root), { message })
  })
}

function withShape(value: Value | undefined, shape: (before: readonly number[]) => number[]): NdArray {
  const array = value as NdArray
  array.shape = shape(array.shape)
  return array
}
