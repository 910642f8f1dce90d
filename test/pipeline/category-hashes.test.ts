import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { hashCategory } from '../../src/arithmetic/city-hash.js'
import type { Input } from '../../src/dump/dump.js'
import { createCategoryHash } from '../../src/pipeline/category-hashes.js'
import { InputReader } from '../../src/pipeline/inputs.js'

const INPUTS: Input[] = ['a', 'b'].map(name => ({ name, type: 'category', categories: ['x'], hashed: true }))

function createReader() {
  const reader = new InputReader(INPUTS, new Set(['a', 'b']), createCategoryHash)
  const columns = new Float64Array(2)
  return (a: string, b = a): number[] => {
    reader.read({ a, b }, columns)
    return [...columns]
  }
}

t.test('a hash is the same the first time and later, and after more texts than are kept', async t => {
  const read = createReader()
  const texts = ['', 'a', 'plan', 'é', '\ud800', 'x'.repeat(64), 'x'.repeat(65), 'x'.repeat(1000)]
  const check = () => texts.forEach((text, i) => {
    const other = texts[(i + 1) % texts.length]
    t.strictSame(read(text, other), [hashCategory(text), hashCategory(other)])
  })
  check()
  check()
  for (let i = 0; i < 2 ** 14; i++) read(`text ${i}`)
  check()
})

t.test('texts of callers do not stay in memory, nor what they were cut out of', async t => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const heapUsed = () => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const makeLong = (i: number) => Buffer.alloc(20_000, `${i} `).toString('latin1')
  const read = createReader()
  read('x')
  const before = heapUsed()
  for (const [what, cut] of [['long', 20_000], ['cut out', 40]] as const) {
    for (let i = 0; i < 400; i++) read(makeLong(i).slice(0, cut))
    t.ok(heapUsed() - before < 4e6, `${what}: ${heapUsed() - before} bytes more`)
  }
  t.strictSame(read('x'), [hashCategory('x'), hashCategory('x')], 'the reader is still there')
})
