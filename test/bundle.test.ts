/** What is bundled has to be as fast as the modules that it is made of. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { PACKAGE_ROOT } from '../src/config.js'

const read = (file: string) => readFileSync(join(PACKAGE_ROOT, 'dist', file), 'utf8')

const SCORE = ['command', 'loader', 'worker']

t.test("the hot loop's constants are constants in the bundles", async t => {
  for (const file of ['src/serve.js', ...SCORE.map(name => `tools/score/${name}.js`)]) {
    const text = read(file)
    for (const name of ['CODES', 'NARROW_MASK', 'WIDE_CODES', 'NARROW_SLOT_BITS', 'LANES']) {
      t.match(text, new RegExp(`^const ${name} = `, 'm'), `${name} in ${file}`)
    }
  }
})

t.test('what scores has no logger', async t => {
  for (const name of SCORE) t.notMatch(read(`tools/score/${name}.js`), /node_modules\/pino\//, name)
})
