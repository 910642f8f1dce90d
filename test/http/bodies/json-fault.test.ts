/** Where texts stop being JSON, in words. */
import t from 'tap'
import { describeJsonFault } from '../../../src/http/bodies/json-fault.js'
import { pickSeed } from '../../helpers/forests.js'
import { seededRandom } from '../../helpers/random.js'

t.test('what is wrong, and where', async t => {
  const unexpected = (column: number) => `something unexpected at line 1, column ${column}`
  const early = (column: number) => `it ends too early, at line 1, column ${column}`
  const cases: Array<[text: string, words: string]> = [
    ['', early(1)],
    ['{', early(2)],
    ['{"a"', early(5)],
    ['{"a":', early(6)],
    ['{"a":1', early(7)],
    ['{"a":"x', early(8)],
    ['{"a":"x\\', unexpected(8)],
    ['{"a":1,}', unexpected(8)],
    ['[1,]', unexpected(4)],
    ['[1 2]', unexpected(4)],
    ['{"a" 1}', unexpected(6)],
    ['{a:1}', unexpected(2)],
    ['{"a":1}}', unexpected(8)],
    ['{"a":1]', unexpected(7)],
    ['{}{}', unexpected(3)],
    ['{"a":01}', unexpected(6)],
    ['{"a":.5}', unexpected(6)],
    ['{"a":1.}', unexpected(6)],
    ['{"a":+1}', unexpected(6)],
    ['{"a":"\t"}', unexpected(7)],
    ['{"a":"\\x"}', unexpected(7)],
    ['{"a":"\\u12g4"}', unexpected(7)],
    ["{'a':1}", 'a single quote at line 1, column 2: write double quotes'],
    ['{"a":\n\n NaN}', 'NaN at line 3, column 2, which JSON does not have: send null for a missing value'],
    ['{"a":-Infinity}', '-Infinity at line 1, column 6, which JSON does not have: send null for a missing value'],
    ['{"a":True}', 'True at line 1, column 6, which JSON does not have: write true'],
    ['{"a":None}', 'None at line 1, column 6, which JSON does not have: send null for a missing value'],
    ['{"a":Secret}', unexpected(6)],
    ['plan=Prepaid', unexpected(1)],
    ['{"a":1,}', unexpected(8)]
  ]
  for (const [text, words] of cases) {
    t.throws(() => { JSON.parse(text) }, SyntaxError, text)
    t.equal(describeJsonFault(text), words, text)
  }
})

t.test('JSON.parse and this agree on what is JSON, and where it can still become JSON', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = seededRandom(seed)
  const pieces = ['{', '}', '[', ']', ',', ':', '"a"', '"\\n\\u00e9"', '1', '-0.5e+3', 'true', 'null', ' ', '\n', '"', '\\', 'x', '01']
  let valid = 0
  for (let i = 0; i < 20_000; i++) {
    const text = random(2) === 0
      ? Array.from({ length: 1 + random(8) }, () => pieces[random(pieces.length)]).join('')
      : mutate(JSON.stringify({ a: [1, { b: 'x"\\' }, -0.5], c: null, d: 'e' }), random)
    if (isJson(text)) {
      valid++
      t.equal(describeJsonFault(text).replace(/at line.*/, ''), 'it ends too early, ', text)
      continue
    }
    const at = offsetOf(describeJsonFault(text), text)
    // What comes before the fault is the beginning of some JSON: JSON.parse finds nothing wrong earlier.
    const reason = reasonOf(text.slice(0, at))
    const position = /position (\d+)/.exec(reason)?.[1]
    const isFine = reason === '' || /end of JSON|Unterminated string/i.test(reason) || Number(position) === at
    if (!isFine) t.fail(`${JSON.stringify(text)}: ${at}, ${reason}`)
  }
  t.ok(valid > 100, `${valid} texts are JSON`)
})

t.test('long texts take no longer than their length', async t => {
  const strings = `{"a":"${'x'.repeat(1_000_000)}`
  t.match(describeJsonFault(strings), 'it ends too early')
  t.match(describeJsonFault('['.repeat(1_000_000)), 'column 1000001')
})

function mutate(text: string, random: (below: number) => number): string {
  const at = random(text.length)
  return text.slice(0, at) + ['', '"', ',', '}', '\\', '1', ' '][random(7)] + text.slice(at + random(2))
}

function isJson(text: string): boolean {
  return reasonOf(text) === ''
}

function reasonOf(text: string): string {
  try {
    JSON.parse(text)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

function offsetOf(words: string, text: string): number {
  const [, line, column] = /line (\d+), column (\d+)/.exec(words) ?? []
  const before = text.split('\n').slice(0, Number(line) - 1).join('\n')
  return before.length + (Number(line) > 1 ? 1 : 0) + Number(column) - 1
}
