/** Whoever reads a stack in the log finds the lines in the sources. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { describeError } from '../../../src/http/observability/log.js'
import { mapFrames } from '../../../src/http/observability/source-lines.js'
import { findBundle } from '../../../src/find-bundle.js'

t.test('a frame of a module', async t => {
  const [here] = describeError(new Error('made on this line')).stack.split('\n')
  const [, file, line] = /\(?([^ (]+\.ts):(\d+):\d+\)?$/.exec(here) ?? []
  t.match(readFileSync(file, 'utf8').split('\n')[Number(line) - 1], 'made on this line')
})

t.test('frames of the bundle', async t => {
  const bundle = findBundle('service.cjs') ?? ''
  t.not(bundle, '', 'of what the compiler has made last: npm run build')
  const lines = readFileSync(bundle, 'utf8').split('\n')
  const place = (code: string) => {
    const line = lines.findIndex(text => text.includes(code))
    return `${bundle}:${line + 1}:${lines[line].indexOf(code) + 1}`
  }
  const [own, async, bare, foreign] = mapFrames([
    `at describeListenError (${place('EADDRNOTAVAIL')})`, `at async Server.<anonymous> (${place('EADDRNOTAVAIL')})`,
    `at ${place('EADDRNOTAVAIL')}`, `at fastq (${place('function fastqueue(')})`
  ])
  const [, file, line] = /^at describeListenError \((.*\/src\/serve\.ts):(\d+):\d+\)$/.exec(own) ?? []
  t.ok(existsSync(file))
  t.match(readFileSync(file, 'utf8').split('\n')[Number(line) - 1], 'EADDRNOTAVAIL')
  t.match(async, /^at async Server\.<anonymous> \(.*\/src\/serve\.ts:\d+:\d+\)$/)
  t.match(bare, /^at \/.*\/src\/serve\.ts:\d+:\d+$/)
  t.match(foreign, 'service.cjs', 'packages have no map, and seem to be nobody else')
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
