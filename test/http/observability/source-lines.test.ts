/** Whoever reads a stack in the log finds the lines in the sources. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { describeError } from '../../../src/http/observability/log.js'
import { mapFrames } from '../../../src/http/observability/source-lines.js'

t.test('a frame of a module', async t => {
  const [here] = describeError(new Error('made on this line')).stack.split('\n')
  const [, file, line] = /\(?([^ (]+\.ts):(\d+):\d+\)?$/.exec(here) ?? []
  t.match(readFileSync(file, 'utf8').split('\n')[Number(line) - 1], 'made on this line')
})

t.test('what has no map, or none that can be read', async t => {
  const folder = join(t.testdir(), 'a (b) c')
  mkdirSync(folder)
  const file = join(folder, 'x.js')
  const map = { version: 3, sources: ['../y.ts'], names: [], mappings: 'AACA' }
  const frames = [
    `at f (${file}:1:1)`, 'at f (node:internal/x:1:1)', 'at f (<anonymous>)', 'at new Promise (<anonymous>)', 'at native',
    `at f (${file}.none:1:1)`, `at ${'x'.repeat(10_000)}`, 'at f (file:///a/node_modules/p/i.js:1:1)'
  ]
  for (const text of ['', '{', '{}', 'null', '{"version":3}']) {
    writeFileSync(`${file}.map`, text)
    const wanted = frames.map(frame => frame.replace(':1:1', `:1:${text.length + 2}`))
    t.strictSame(mapFrames(wanted), wanted, text)
  }
  writeFileSync(`${file}.map`, JSON.stringify(map))
  t.strictSame(mapFrames([`at f (${file}:1:9)`, `at f (${pathToFileURL(file).href}:1:9)`]), [
    `at f (${join(folder, '..', 'y.ts')}:2:1)`, `at f (${join(folder, '..', 'y.ts')}:2:1)`
  ])
})
