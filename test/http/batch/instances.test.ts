import t from 'tap'
import { readInstances } from '../../../src/http/batch/instances.js'
import { unreadable } from '../../../src/http/shared/problems.js'
import { InputError } from '../../../src/model/types.js'
import { pickSeed } from '../../helpers/forests.js'
import { seededRandom } from '../../helpers/random.js'

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw unreadable('text that is not JSON')
  }
}

function read(text: string, limit = 1000): unknown {
  try {
    return [...readInstances(text, parse, limit)].map(row => row())
  } catch (error) {
    if (error instanceof InputError) return error.message
    throw error
  }
}

/** The same, by JSON.parse alone. */
function readWhole(text: string): unknown {
  try {
    return (parse(text) as { instances: unknown }).instances
  } catch (error) {
    if (error instanceof InputError) return error.message
    throw error
  }
}

t.test('bodies', t => {
  const noJson = 'body: expected a JSON object, received text that is not JSON'
  const cases: Array<[string, unknown]> = [
    ['{"instances":[]}', []],
    [' \t{ \r\n"instances" : [ ] }\n', []],
    ['\ufeff{"instances":[{}]}', [{}]],
    ['{"instances":[{"a":[1,{"b":"]}"}]},"x,]","\\\\\\"",[],null,-1.5e3]}', [{ a: [1, { b: ']}' }] }, 'x,]', '\\"', [], null, -1500]],
    ['{"instances":[1,2],"parameters":{"instances":[3]}}', [1, 2]],
    ['{"parameters":{},"instances":[1,2]}', [1, 2]],
    ['{ "a" : "}],\\"" , "b":{"instances":[3]},\n"instances" : [ 1 , 2 ] , "c" : {} }', [1, 2]],
    ['{"a":1,"instances":[]}', []],
    ['{"a":1 "instances":[1]}', noJson], ['{"a":1,,"instances":[1]}', noJson], ['{"a":[1,"instances":[1]}', noJson],
    ['{"a":,"instances":[1]}', noJson], ['{"a":1,instances:[1]}', noJson], ['{"a":1],"instances":[1]}', noJson],
    ['{"instances":[1},"b":[2]}', noJson], ['{"instances":[1,2}', noJson], ['{,"instances":[1]}', noJson],
    ['{"instances":5,"instances":[1]}', 'instances: expected one list of this name, received several'],
    ['{"inst\\u0061nces":[1],"instances":[2]}', 'instances: expected one list of this name, received several'],
    ['{"instances":[1],"inst\\u0061nces":[2]}', 'instances: expected one list of this name, received several'],
    ['{"inst\\u0061nces":[1]}', [1]],
    ['{"instances":[1],"instances":[2]}', 'instances: expected one list of this name, received several'],
    ['{"instances":[1,]}', noJson], ['{"instances":[,1]}', noJson], ['{"instances":[1 2]}', noJson],
    ['{"instances":[1]', noJson], ['{"instances":[1', noJson], ['{"instances":[1]}}', noJson], ['{"instances":[', noJson],
    ['{"instances":["a]}', noJson], ['{"instances":[1],}', noJson], ['{"instances":[1]]}', noJson],
    ['{"instances":[\u00a01]}', noJson], ['{"instances":[{]}]}', noJson],
    ['', noJson],
    ['[1]', 'body: expected a JSON object with a list "instances", received a list of 1 value'],
    ['{}', 'instances: expected a list of rows, received nothing'],
    ['{"instances":{}}', 'instances: expected a list of rows, received an object with 0 keys'],
    ['null', 'body: expected a JSON object with a list "instances", received null']
  ]
  for (const [text, expected] of cases) {
    const actual = read(text)
    // What follows says where.
    t.strictSame(expected === noJson ? String(actual).slice(0, noJson.length) : actual, expected, text)
  }
  const places: Array<[text: string, place: RegExp]> = [
    ['{"instances":[1,{"a":x}]}', /not JSON \(in instances\[1\]\)$/],
    ['{"instances":[1,2', /it ends within instances\[1\]$/],
    ['{"instances":[1,2}', /a "\}" after instances\[1\], where "\]" is due$/],
    ['{"a":x,"instances":[1]}', /not JSON, beside the list "instances"$/],
    ['{"instances":[1],"a":x}', /not JSON, beside the list "instances"$/]
  ]
  for (const [text, place] of places) t.match(read(text), place, text)
  t.end()
})

t.test('no text that is parsed at once is longer than the limit', t => {
  const long = `"${'x'.repeat(40)}"`
  const wide = `"${'\u5c0f'.repeat(14)}"`
  const lengths: number[] = []
  const take = (text: string) => {
    lengths.push(Buffer.byteLength(text))
    return parse(text)
  }
  const beside = 'body: expected at most 40 bytes beside the list, received more'
  const before = 'body: expected a JSON object with a list "instances", and not much before it, received another text'
  const cases: Array<[string, unknown]> = [
    [`{"instances":[1,${long},${wide},"${'x'.repeat(38)}",2]}`, [1, 'long', 'long', 'x'.repeat(38), 2]],
    [`{"instances":[${'['.repeat(100)}${']'.repeat(100)},1]}`, ['long', 1]],
    [`{"instances":[1],"a":${long}}`, beside],
    [`{"a":${long},"instances":[1]}`, before],
    [`{"instances":{"a":${long}}}`, before], [`[${long},1]`, before], [long, before], [`{"a":${long}`, before],
    [`{"a":1,"instances":[${'1,'.repeat(50)}1],"b":2}`, Array(51).fill(1)]
  ]
  for (const [text, expected] of cases) {
    lengths.length = 0
    const rows = () => [...readInstances(text, take, 40)].map(row => {
      try {
        return row()
      } catch (error) {
        t.match(error, { message: 'body: expected a JSON object of at most 40 bytes, received a longer one' })
        return 'long'
      }
    })
    if (typeof expected === 'string') t.throws(rows, { message: expected }, text)
    else t.strictSame(rows(), expected, text)
    t.ok(lengths.every(length => length <= 40 + '{"":null}'.length), text)
  }
  t.end()
})

t.test('any text is read as JSON.parse reads it', t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = seededRandom(seed)
  const value = (depth: number): unknown => {
    const texts = ['', 'a', '"', '\\', '\\"', ']', '}', ',', '\u00e9', '\ud83d\udcf1', '\n']
    switch (random(depth > 3 ? 4 : 6)) {
      case 0: return random(1000) - 500
      case 1: return texts[random(texts.length)] + texts[random(texts.length)]
      case 2: return null
      case 3: return true
      case 4: return Array.from({ length: random(4) }, () => value(depth + 1))
      default: return Object.fromEntries(Array.from({ length: random(4) }, (_, i) => [`k${i}${texts[random(11)]}`, value(depth + 1)]))
    }
  }
  let good = 0
  for (let round = 0; round < 4000; round++) {
    const rows = Array.from({ length: random(6) }, () => value(0))
    const others = (name: string) =>
      Object.fromEntries(Array.from({ length: random(3) }, (_, i) => [`${name}${i}`, value(1)]))
    const body = { ...others('a'), instances: rows, ...others('z') }
    let text = JSON.stringify(body, undefined, random(2))
    // Half of them with a character taken out, doubled or swapped with the next one.
    if (random(2) === 0) {
      const at = random(text.length)
      const [head, here, next, rest] = [text.slice(0, at), text.charAt(at), text.charAt(at + 1), text.slice(at + 2)]
      text = [head + next + rest, head + here + here + next + rest, head + next + here + rest][random(3)]
    }
    const expected = readWhole(text)
    if (Array.isArray(expected)) good++
    // Whose name is spoilt, or which has become something else.
    if (Array.isArray(expected)) t.strictSame(read(text), expected, text)
    else if (typeof expected === 'string') t.equal(String(read(text)).slice(0, expected.length), expected, text)
    else t.match(read(text), /^(instances|body): expected a /, text)
  }
  t.ok(good > 1500 && good < 3900, `${good} of them are JSON`)
  t.end()
})
