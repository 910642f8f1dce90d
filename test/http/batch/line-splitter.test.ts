import t from 'tap'
import { LineSplitter, type Line } from '../../../src/http/batch/line-splitter.js'
import { pickSeed } from '../../helpers/forests.js'
import { cutAnywhere, seededRandom } from '../../helpers/random.js'
import { visible } from '../../helpers/visible.js'

/** Lines with their numbers; of one that cannot be read what came. */
function splitAll(pieces: Iterable<Buffer>, limit: number): Array<[number, string]> {
  const splitter = new LineSplitter(limit)
  const lines: Array<[number, string]> = []
  const take = (line: Line | undefined) => {
    if (line === undefined) return
    lines.push([splitter.line, typeof line === 'string' ? line.replace(/\r$/, '') : `(${line.problems[0].received})`])
  }
  for (const piece of pieces) for (const line of splitter.push(piece)) take(line)
  for (const line of splitter.end()) take(line)
  return lines
}

t.test('ends of lines, blank lines, byte order marks', t => {
  const cases: Array<[string, Array<[number, string]>]> = [
    ['', []], ['\n', []], ['\n\n \t\r\n', []], ['a', [[1, 'a']]], ['a\n', [[1, 'a']]], ['a\r\n', [[1, 'a']]],
    ['a\nb', [[1, 'a'], [2, 'b']]], ['\na\n\n\nb\n\n', [[2, 'a'], [5, 'b']]], ['a\r\n\r\nb\r\n', [[1, 'a'], [3, 'b']]],
    [' a', [[1, ' a']]], ['5\n7', [[1, '5'], [2, '7']]], ['\ufeff\n5', [[2, '5']]], ['\ufeff{}', [[1, '\ufeff{}']]]
  ]
  for (const [text, expected] of cases) {
    t.strictSame(splitAll([Buffer.from(text)], 100), expected, visible(text))
    t.strictSame(splitAll([...Buffer.from(text)].map(byte => Buffer.of(byte)), 100), expected, 'byte by byte')
  }
  t.end()
})

t.test('lines that cannot be read leave the others alone', t => {
  const bytes = Buffer.concat([Buffer.from('\u00e9\n'), Buffer.from([0x61, 0xff, 0x0a]), Buffer.from('b\nc'), Buffer.of(0xc3)])
  t.strictSame(splitAll([bytes], 100), [
    [1, '\u00e9'], [2, '(bytes that are not UTF-8)'], [3, 'b'], [4, '(bytes that are not UTF-8)']
  ])
  t.end()
})

t.test('any bytes, cut anywhere, are the same lines', t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = seededRandom(seed)
  const parts = ['a', '{"x":1}', '\u00e9', '\u5c0f\u7c73', '\ud83d\udcf1', ' ', '\r', '\n', '\n', '\r\n', 'x'.repeat(30)]
  for (let round = 0; round < 500; round++) {
    const texts = Array.from({ length: random(40) }, () => parts[random(parts.length)])
    const bytes = Buffer.concat(texts.map(text => random(60) === 0 ? Buffer.of(0xff) : Buffer.from(text)))
    const limit = 10 + random(60)
    const whole = splitAll([bytes], limit)
    t.strictSame(splitAll(cutAnywhere(bytes, random), limit), whole, `round ${round}`)
    const text = bytes.toString('latin1').split('\n')
    const filled = text.map((line, i): [number, string] => [i + 1, line]).filter(([, line]) => line.trim() !== '')
    t.strictSame(whole.map(([line]) => line), filled.map(([line]) => line), 'numbers of the lines that are not blank')
    for (const [i, [, line]] of filled.entries()) {
      t.equal(whole[i][1] === '(a longer line)', line.length > limit, `${line.length} bytes of ${limit}`)
    }
  }
  t.end()
})

t.test('of a line without end no more is kept than the limit', t => {
  const splitter = new LineSplitter(100_000)
  const refusals: Line[] = []
  const piece = Buffer.alloc(65_536, 'x')
  const before = process.memoryUsage().arrayBuffers
  for (let i = 0; i < 16_384; i++) refusals.push(...[...splitter.push(piece)].filter(line => line !== undefined))
  t.ok(process.memoryUsage().arrayBuffers - before < 2_000_000, '1 GiB in bounded memory')
  t.equal(refusals.length, 1, 'refused once, and before its end')
  t.strictSame([...splitter.push(Buffer.from('x\ny\n'))], ['y'])
  t.equal(splitter.line, 2)
  t.end()
})
