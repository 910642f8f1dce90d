/** Long requests are read in slices, and as exactly as others. */
import t from 'tap'
import { InputError } from '../../../src/model/types.js'
import { DataList } from '../../../src/http/open-inference/data-list.js'
import { LongDocument, SHORT_BYTES } from '../../../src/http/open-inference/long-document.js'
import { build } from '../../helpers/app.js'
import { makeDump } from '../../helpers/dumps.js'
import { pickSeed } from '../../helpers/forests.js'
import { infer, entryOf } from '../../helpers/open-inference.js'
import { seededRandom } from '../../helpers/random.js'

type Random = (below: number) => number

/** All of a document as values. */
async function readWhole(text: string): Promise<unknown> {
  const document = await new LongDocument(Buffer.from(text)).read() as { inputs?: unknown }
  if (!Array.isArray(document.inputs)) return document
  for (const input of document.inputs as Array<{ data?: unknown } | null>) {
    if (input?.data instanceof DataList) {
      const list = input.data
      if (list.isNested !== (list.length > 0 && Array.isArray(list.at(0)))) throw new Error('taken for another kind of list')
      input.data = Array.from({ length: list.length }, (_, i) => list.at(i))
    }
  }
  return document
}

const SCALARS = [
  '0', '-1.5e-3', '"a"', '"\\""', '"\\\\"', '"],{}"', '"\u5c0f\ud83d\udcf1"', 'null', 'true', '1e999', '"\\u00e9"'
]

/** A request as text, with blanks where they may be. */
function makeText(random: Random): string {
  const blank = () => ['', '', '', ' ', '\n\t', '\r '][random(6)]
  const scalar = () => SCALARS[random(SCALARS.length)]
  const list = (element: () => string, most: number) =>
    `[${blank()}${Array.from({ length: random(most) }, () => blank() + element() + blank()).join(',')}]`
  const member = (key: string, value: string) => `${blank()}${key}${blank()}:${blank()}${value}${blank()}`
  const data = () => random(3) === 0 ? list(() => list(scalar, 4), 40) : list(scalar, 900)
  const input = () => `{${[
    member('"name"', scalar()),
    member(['"data"', '"data"', '"d\\u0061ta"', '"other"'][random(4)], data()),
    ...random(3) === 0 ? [member('"parameters"', '{"a":[[1],{"b":"}"}]}')] : []
  ].sort(() => random(3) - 1).join(',')}}`
  const members = [
    member('"id"', scalar()), member('"inputs"', list(random(9) === 0 ? scalar : input, 4)),
    member('"x"', '{"inputs":[{"data":[1]}]}')
  ]
  return `${blank()}{${members.sort(() => random(3) - 1).join(',')}}${blank()}`
}

t.test('any request has the values that JSON.parse makes of it', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = seededRandom(seed)
  for (let round = 0; round < 300; round++) {
    const text = makeText(random)
    t.strictSame(await readWhole(text), JSON.parse(text), `round ${round}`)
  }
})

t.test('what is not JSON is refused, wherever it is broken', async t => {
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = seededRandom(seed)
  const marks = Array.from('[]{}",:\\ 0e\n')
  let broken = 0
  for (let round = 0; round < 2000; round++) {
    const text = makeText(random)
    const at = random(text.length)
    const mark = random(2) === 0 ? marks[random(marks.length)] : ''
    const rest = random(9) === 0 ? '' : text.slice(at + random(3))
    // As it arrives: half of a surrogate pair becomes another character.
    const mutant = Buffer.from(text.slice(0, at) + mark + rest).toString('utf8')
    let value: unknown
    try {
      value = JSON.parse(mutant)
    } catch {
      broken++
      await t.rejects(readWhole(mutant), InputError, `round ${round}`)
      continue
    }
    const read = await readWhole(mutant).catch((error: unknown) => error)
    if (read instanceof InputError) t.match(read.problems[0].expected, /^values, or lists of them|^a JSON object|^one list/, mutant)
    else t.strictSame(read, value, `round ${round}`)
  }
  t.ok(broken > 500)
})

t.test('a long request is answered as a short one', async t => {
  const app = await build(t, {}, [entryOf('made', makeDump())])
  const numbers = Array.from({ length: 3000 }, (_, i) => i / 1000 - 1)
  const ask = async (body: object) => infer(app, 'made', body)
  const inputOf = (data: unknown[], shape = [data.length]) => ({ inputs: [{ name: 'f0', datatype: 'FP64', shape, data }] })
  const long = await ask(inputOf(numbers))
  t.ok(JSON.stringify(inputOf(numbers)).length > 4 * SHORT_BYTES)
  const parts: unknown[] = []
  for (let i = 0; i < numbers.length; i += 100) {
    const short = await ask(inputOf(numbers.slice(i, i + 100)))
    t.equal(short.statusCode, 200)
    parts.push(...short.json<{ outputs: Array<{ data: unknown[] }> }>().outputs[0].data)
  }
  t.strictSame(long.json<{ outputs: Array<{ data: unknown[] }> }>().outputs[0].data, parts)
  const nested = await ask(inputOf(numbers.map(value => [value]), [3000, 1]))
  t.equal(nested.body, long.body)

  const cases: Array<[object, RegExp]> = [
    [inputOf(numbers, [3001]), /inputs\[0\]\.data: expected a list of the 3001 values .* received a list of 3000 values/],
    [inputOf(numbers.map(value => [value]), [3001, 1]), /a list of the 3001 lists .* received a list of 3000 values/],
    [
      inputOf(numbers.map((value, i) => i === 2500 ? [] : [value]), [3000, 1]),
      /inputs\[0\]\.data\[2500\]: expected a list of the 1 values/
    ],
    [inputOf(numbers.map((value, i) => i === 2500 ? 'x' : value)), /row 2500: expected a finite number of 64 bits .* the text "x"/],
    [inputOf(numbers.map((value, i) => i === 2500 ? [[value]] : value)), /inputs\[0\]\.data: expected values, or lists of them/],
    [inputOf(numbers.map((value, i) => i === 2500 ? {} : value)), /inputs\[0\]\.data: expected values, or lists of them/],
    [{ ...inputOf(numbers), x: Array.from({ length: 150_000 }, () => 0) }, /at most 262144 characters of JSON beside/]
  ]
  for (const [body, error] of cases) {
    const response = await ask(body)
    t.equal(response.statusCode, 400)
    t.match(response.json(), { error })
  }
  const list = await infer(app, 'made', JSON.stringify(numbers))
  t.match(list.json(), { error: /body: expected a JSON object, received another text/ })
  const notANumber = await infer(app, 'made', JSON.stringify(inputOf(numbers)).replace('1.999', 'NaN'))
  t.match(notANumber.json(), { error: /not JSON \(it has no NaN and no Infinity: send null/ })
})
