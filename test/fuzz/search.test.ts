/** What the fuzzer notices: foreign errors, crashes, cases that take too long or too much memory. */
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { search } from '../../tools/fuzz/search.js'

const FAULTY = fileURLToPath(new URL('../helpers/faulty-worker.js', import.meta.url))
const CASES = 14
t.setTimeout(600_000)

t.test('every fault is found once, and the cases after it are run as well', async t => {
  const options = { kind: 'files', seed: 1, from: 0, to: CASES, corpus: [], dumps: '' } as const
  const { accepted, refused, faults } = await search(options, 2, FAULTY)
  const said = Object.fromEntries(faults.map(({ number, fault }) => [number, fault.what]))
  t.strictSame(Object.keys(said).map(Number), [3, 4, 6, 8, 9, 10, 11])
  t.equal(said[3], 'TypeError: x is not a function')
  t.equal(said[4], 'RangeError: Invalid array length')
  t.match(said[6], /^the process ended: SIGABRT$/)
  t.equal(said[8], 'took more than 1 s')
  t.equal(said[9], 'hangs')
  t.equal(said[10], 'took more than 512 MiB')
  t.match(said[11], /^the process ended: exit status 1$/)
  t.ok(accepted + refused > 0)
})
