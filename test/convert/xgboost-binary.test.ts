/**
 * XGBoost's binary format, as files and within pickles of its versions from 0.72 on: the same bits as the version that
 * wrote it.
 */
import t from 'tap'
import { convert } from '../../tools/convert/convert.js'
import { inspect } from '../../tools/inspect/inspect-file.js'
import { readFixture } from '../helpers/fixtures.js'
import { checkAnswers, listAnswered } from '../helpers/library-answers.js'

const FOLDER = 'boosters/binary'

const names = listAnswered(FOLDER)
t.equal(names.length, 23)
for (const name of names) t.test(name, t => checkAnswers(t, FOLDER, name))

const bytesOf = (name: string) => new Uint8Array(readFixture(`${FOLDER}/${name}`))

type Change = (bytes: Uint8Array, view: DataView) => Uint8Array | undefined

/** @returns the error that the conversion of changed bytes ends with */
async function tryChanged(name: string, change: Change): Promise<unknown> {
  const bytes = bytesOf(name)
  const changed = change(bytes, new DataView(bytes.buffer)) ?? bytes
  return convert([{ name, bytes: changed }]).catch((error: unknown) => error)
}

t.test('a file that ends early is refused wherever it ends', async t => {
  for (const name of ['poisson-0.90.model', 'dart-2.1.deprecated']) {
    for (let end = 175; end < bytesOf(name).length; end++) {
      const error = await tryChanged(name, bytes => bytes.subarray(0, end))
      // Before 1.0 what comes after the attributes need not be there.
      const isWhole = end === bytesOf(name).length - 42 || end === bytesOf(name).length - 31
      if (name.startsWith('poisson') && isWhole) continue
      if ((error as Error).name !== 'ConvertError') t.fail(`${name}, ${end} bytes: ${String(error)}`)
    }
  }
  t.match(await tryChanged('dart-2.1.deprecated', bytes => new Uint8Array([...bytes, 0])), /expected the end of the model, found 1 more/)
})

t.test('counts are compared with the bytes that are there', async t => {
  /** Places in classes-1.7.model: the mark and the learner's parameters, two names, the trees' parameters. */
  const trees = 4 + 136 + 8 + 'multi:softprob'.length + 8 + 'gbtree'.length
  const tree = trees + 160
  for (const [what, at, number, message] of [
    ['trees', trees, 2 ** 31 - 1, /expected a number of trees that fit in the file, found 2147483647/],
    ['trees', trees, -1, /expected a number of trees that fit/],
    ['nodes', tree + 4, 2 ** 31 - 1, /expected a number of nodes that fit in the file, found 2147483647/],
    ['nodes', tree + 4, 0, /expected a number of nodes that fit/],
    ['roots', tree, 2, /expected trees of one root each, found one of 2/],
    ['values per leaf', tree + 20, 3, /expected one value per leaf, found 3/],
    ['left child', tree + 148 + 4, 7e6, /left_children: expected whole numbers in -1\.\.\d+/],
    ['features', 8, 0, /num_feature/]
  ] as const) {
    t.match(await tryChanged('classes-1.7.model', (_, view) => { view.setInt32(at, number, true); return undefined }), { message }, what)
  }
  t.match(
    await tryChanged('classes-1.7.model', bytes => { bytes.fill(255, trees - 14, trees - 6); return undefined }),
    /expected 18446744073709552000 bytes of the booster's name/
  )
})

t.test('what a pickle holds may be damaged as well', async t => {
  const at = (name: string) => Buffer.from(bytesOf(name)).indexOf('CONFIG-offset:')
  t.match(await tryChanged('labels-1.0.pkl', bytes => {
    bytes.fill(255, at('labels-1.0.pkl') + 14, at('labels-1.0.pkl') + 20)
    return undefined
  }), { name: 'ConvertError' })
})

t.test('inspect says what it is', async t => {
  const { format, container, tree } = inspect({ name: 'mark.model', bytes: bytesOf('mark-1.7.model') })
  t.match({ format, container }, { format: "XGBoost's binary format", container: 'raw' })
  t.match(JSON.stringify(tree), /reg:gamma/)
})
