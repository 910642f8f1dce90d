/** What is bundled has to be as fast as the modules that it is made of. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { PACKAGE_ROOT } from '../src/config.js'

const read = (file: string) => readFileSync(join(PACKAGE_ROOT, 'dist', file), 'utf8')

t.test("the hot loop's constants are constants in the bundles", async t => {
  for (const file of ['src/serve.js', 'tools/score/worker.js']) {
    const text = read(file)
    for (const name of ['CODES', 'NARROW_MASK', 'WIDE_CODES', 'NARROW_SLOT_BITS', 'LANES']) {
      t.match(text, new RegExp(`^const ${name} = `, 'm'), `${name} in ${file}`)
    }
  }
})

t.test('a thread that scores has no logger', async t => {
  t.notMatch(read('tools/score/worker.js'), /node_modules\/pino\//)
})
