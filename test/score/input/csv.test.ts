import t from 'tap'
import { csvBoundaryFinder, findLineBoundary, RowFinder } from '../../../tools/score/input/boundaries.js'
import { readHeader, RowReader, toCell } from '../../../tools/score/input/csv.js'
import { parseDecimal } from '../../../tools/score/rows/decimal.js'
import { makeRandom, pickSeed } from '../../helpers/forests.js'

const COMMA = 44

/** Offsets at which rows begin after a line break: by definition, one row after the other. */
function listStarts(text: Buffer): number[] {
  // One more byte tells whether the last line break ends a row or is held in a quoted cell.
  const bytes = Buffer.concat([text, Buffer.from('x')])
  const reader = new RowReader(8, COMMA)
  const starts: number[] = []
  for (let at = reader.next(bytes, 0, bytes.length); at < bytes.length; at = reader.next(bytes, at, bytes.length)) {
    starts.push(at)
  }
  return starts
}

/** Text of the characters that matter, in any order. */
function randomText(random: () => number, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => 'ab,,""\n\n\r'[Math.floor(random() * 9)]).join(''))
}

t.test('rows are found alike, wherever the file is cut', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  const find = csvBoundaryFinder(COMMA)
  for (let i = 0; i < 400; i++) {
    const bytes = randomText(random, 60)
    const starts = listStarts(bytes)
    for (let cut = 1; cut <= bytes.length; cut++) {
      const { boundary } = find(bytes, cut)
      const expected = starts.filter(start => start <= cut).at(-1) ?? 0
      if (boundary !== expected) t.equal(boundary, expected, `${JSON.stringify(bytes.toString())}, cut at ${cut}`)
      const finder = new RowFinder(0, 1, COMMA)
      const piece = 1 + Math.floor(random() * 20)
      let found = false
      for (let at = 0; at < bytes.length && !found; at += piece) {
        found = finder.find(bytes.subarray(at, at + piece), cut)
      }
      const offset = starts.find(start => start >= cut) ?? bytes.length
      if (finder.offset !== offset) t.equal(finder.offset, offset, `${JSON.stringify(bytes.toString())}, row from ${cut} on`)
      const lines = bytes.subarray(0, offset).filter(byte => byte === 10).length
      if (finder.line !== lines + 1) t.equal(finder.line, lines + 1, `line of ${JSON.stringify(bytes.toString())}`)
    }
  }
  t.strictSame(findLineBoundary(Buffer.from('a"\nb'), 4), { boundary: 3, open: false })
})

t.test('cells', async t => {
  const read = (text: string) => {
    const bytes = Buffer.from(text)
    const reader = new RowReader(8, COMMA)
    reader.next(bytes, 0, bytes.length)
    const cells = Array.from({ length: reader.count }, (_, i) => reader.text(bytes, i))
    return reader.fault === undefined ? cells : reader.fault.received
  }
  t.strictSame(read('a,"b,""c""\r\n",,\r\nrest'), ['a', 'b,"c"\r\n', '', ''])
  t.strictSame(read('""'), [''])
  t.strictSame(read('a'), ['a'])
  t.match(read('a"b'), /quote within/)
  t.match(read('"a"b'), /right after/)
  t.match(read('"a'), /never closed/)
  t.match(read('a\rb'), /carriage return/)
  t.strictSame(readHeader(Buffer.from('x,"y ""z"""\r\n'), COMMA), ['x', 'y "z"'])
  for (const text of ['a,b', 'a"b', 'a\nb', 'plain', '']) t.strictSame(read(`${toCell(text, ',')},x`), [text, 'x'])
})

t.test('a cell is the number that JSON has for it', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  const bits = new DataView(new ArrayBuffer(8))
  const texts = ['0', '-0', '0.1', '5.', '.5', '+1', '007', '1e5', '1E-400', '9007199254740993', '0.30000000000000004',
    '123456789012345678901234567890', '1e999', '4.35', '2.2250738585072011e-308', `0.${'0'.repeat(30)}1`]
  for (let i = 0; i < 5000; i++) {
    bits.setUint32(0, random() * 2 ** 32)
    bits.setUint32(4, random() * 2 ** 32)
    const any = bits.getFloat64(0)
    if (Number.isFinite(any)) texts.push(String(any))
    texts.push((random() * 10 ** Math.floor(random() * 18)).toFixed(Math.floor(random() * 20)))
  }
  for (const text of texts) {
    const bytes = Buffer.from(`,${text},`)
    const value = parseDecimal(bytes, 1, bytes.length - 1)
    if (!Object.is(value, Number(text))) t.equal(value, Number(text), text)
  }
  for (const text of ['', ' 1', '1 ', '1,5', '0x10', 'NaN', 'Infinity', '1_000', '-', '.', 'e5', '1e', '--1', '1\0']) {
    const bytes = Buffer.from(text)
    t.ok(Number.isNaN(parseDecimal(bytes, 0, bytes.length)), JSON.stringify(text))
  }
})
