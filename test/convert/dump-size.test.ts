/** A forest whose dump would be too large is refused before anything is made of it. */
import t from 'tap'
import { convert } from '../../tools/convert/convert.js'
import { checkSize, limitLength } from '../../tools/convert/dump-size.js'
import { readPickle } from '../../tools/convert/pickle/read-pickle.js'
import { Located } from '../../tools/convert/common/located.js'
import type { SourceFile } from '../../tools/convert/common/source-file.js'
import { checkJsonSize } from '../../tools/convert/sources/json-size.js'
import { array, bytes, call, dict, dtype, file, instance, int, list, none, tuple } from '../helpers/pickle-writer.js'

/** scikit-learn's tree of so many nodes, none of which is there. */
const tree = (nodes: number) =>
  bytes(call('sklearn.tree._tree.Tree', int(2), none, int(1)), dict({ node_count: int(nodes) }), 'b')

function source(...content: Uint8Array[]): SourceFile[] {
  const root = new Located(readPickle(file(...content), { checkName: () => undefined }), '')
  return [{ kind: 'pickle', file: 'model.pkl', root } as unknown as SourceFile]
}

t.test('the nodes of all trees count, each tree once', t => {
  const inArray = array([2], dtype('O8'), [tree(300), tree(400)])
  const files = source(dict({ forest: list(tree(100), tuple(tree(200))), boosting: inArray }))
  checkSize(files, 20 * 1000)
  t.throws(() => checkSize(files, 20 * 1000 - 1), {
    name: 'ConvertError', message: /^model\.pkl: 1,000 nodes, whose dump would have more than the \d+ MB that can be read\. Train fewer trees/
  })
  const twice = source(tree(1000), bytes('q', 0), bytes('h', 0), bytes(0x86))
  checkSize(twice, 20 * 1000)
  t.throws(() => checkSize(twice, 20 * 1000 - 1), /: 1,000 nodes/)
  t.throws(() => checkSize(source(tree(30_000_000))), /: 30,000,000 nodes, .* more than the 5\d\d MB/)
  t.end()
})

t.test('before a conversion begins', async t => {
  const estimator = instance('sklearn.tree._classes.DecisionTreeClassifier', { tree_: tree(30_000_000), n_features_in_: int(2) })
  await t.rejects(convert([{ name: 'large.pkl', bytes: file(estimator) }]), {
    name: 'ConvertError', message: /^large\.pkl: 30,000,000 nodes, whose dump would have more than/, hint: /fewer trees/
  })
})

t.test('a text that has become too long is said to be', t => {
  t.equal(limitLength(() => 'text'), 'text')
  t.throws(() => limitLength(() => 'x'.repeat(2 ** 29).concat('x'.repeat(2 ** 29))), {
    name: 'ConvertError', message: /^The dump has more than the 5\d\d MB that can be read/
  })
  const other = new RangeError('Maximum call stack size exceeded')
  t.throws(() => limitLength(() => { throw other }), other)
  t.end()
})

t.test('JSON that takes more memory than there is', t => {
  t.doesNotThrow(() => checkJsonSize(100, 200))
  t.doesNotThrow(() => checkJsonSize(1e6), 'most have room')
  t.throws(() => checkJsonSize(343e6, 384 * 2 ** 20), {
    name: 'ConvertError', message: /^343 MB of JSON, .* 655 MiB .* 384\./, hint: /NODE_OPTIONS=--max-old-space-size=1309/
  })
  t.end()
})
