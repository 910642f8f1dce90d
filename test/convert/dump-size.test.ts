/** What is too large for a text, or for memory, is refused before it is tried. */
import t from 'tap'
import { checkJsonSize, checkSize, limitLength } from '../../tools/convert/dump-size.js'
import { parseSourceFile } from '../../tools/convert/source-file.js'
import { file, instance, int, list } from '../helpers/pickle-writer.js'

const treeOf = (nodes: number) => instance('sklearn.tree._tree.Tree', { node_count: int(nodes) })
const sources = (...nodes: number[]) =>
  [parseSourceFile({ name: 'folder/model.pkl', bytes: file(list(...nodes.map(treeOf))) })]

t.test('a forest whose dump would be too long', async t => {
  t.doesNotThrow(() => checkSize(sources(30, 20), 1000))
  t.throws(() => checkSize(sources(30, 21), 1000), { name: 'ConvertError', message: /^model\.pkl: 51 nodes, whose dump would have more/ })
  t.throws(() => checkSize(sources(20_000_000, 20_000_000)), { message: /40,000,000 nodes.*536 MB/, hint: /max_depth/ })
})

t.test('a text that has become too long', async t => {
  t.equal(limitLength(() => 'short'), 'short')
  t.throws(() => limitLength(() => 'x'.repeat(2 ** 29)), { name: 'ConvertError', message: /more than the 536 MB/, hint: /fewer trees/ })
  t.throws(() => limitLength(() => { throw new RangeError('other') }), { name: 'RangeError', message: 'other' })
})

t.test('JSON that takes more memory than there is', async t => {
  t.doesNotThrow(() => checkJsonSize(100, 200))
  t.doesNotThrow(() => checkJsonSize(1e6), 'most have room')
  t.throws(() => checkJsonSize(343e6, 384 * 2 ** 20), {
    name: 'ConvertError', message: /^343 MB of JSON, .* 655 MiB .* 384\./, hint: /NODE_OPTIONS=--max-old-space-size=1309/
  })
})
