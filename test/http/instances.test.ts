import t from 'tap'
import { readInstances } from '../../src/http/instances.js'
import { unreadable } from '../../src/http/problems.js'
import { InputError } from '../../src/model/types.js'
import { pickSeed } from '../helpers/forests.js'
import { seededRandom } from '../helpers/random.js'

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    throw unreadable('text that is not JSON')
  }
}

function read(text: string): unknown {
  try {
    return [...readInstances(text, parse)].map(row => row())
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
  for (const [text, expected] of cases) t.strictSame(read(text), expected, text)
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
    let text = JSON.stringify({ instances: rows }, undefined, random(2))
    // Half of them with a character taken out, doubled or swapped with the next one.
    if (random(2) === 0) {
      const at = '{"instances":['.length + random(text.length)
      const [before, here, next, rest] = [text.slice(0, at), text.charAt(at), text.charAt(at + 1), text.slice(at + 2)]
      text = [before + next + rest, before + here + here + next + rest, before + next + here + rest][random(3)]
    }
    const expected = readWhole(text)
    if (Array.isArray(expected)) good++
    t.strictSame(read(text), expected, text)
  }
  t.ok(good > 1500 && good < 3900, `${good} of them are JSON`)
  t.end()
})
