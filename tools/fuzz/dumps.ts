/** Mutated dumps, through the check at load, the compilation and a few predictions. */
import { DumpError } from '../../src/dump/dump-error.js'
import { parseDump } from '../../src/model/parse-dump.js'
import { createModel } from '../../src/model/create-model.js'
import { InputError, type Model, type Row } from '../../src/model/types.js'
import { WrongAnswer, type FuzzCase, type Fuzzer } from './shared/fuzzer.js'
import { mutateJson, type JsonObject } from './shared/mutate-json.js'
import { pick, randomOf, type Random } from './shared/random.js'

/** A dump that is older than digests, which would notice every mutation. */
const FORMAT_WITHOUT_DIGEST = 2
const ROWS = 3
/** What callers send in place of numbers and texts, once it has passed the schema of the route. */
const CELLS = [0, -0, 1, -1, 0.5, 255, 1e9, -1e30, 3.4e38, 5e-324, null, '', 'x', 'Other', true, false]

/** @param texts dumps that are accepted as they are */
export function fuzzDumps(texts: readonly string[], seed: number): Fuzzer {
  return { make: number => makeCase(texts, randomOf(seed, 'dumps', number)) }
}

function makeCase(texts: readonly string[], random: Random): FuzzCase {
  const original = JSON.parse(pick(random, texts)) as JsonObject
  delete original.digest
  original.formatVersion = Math.min(Number(original.formatVersion), FORMAT_WITHOUT_DIGEST)
  const rows = drawRows(original, random)
  // Golden rows refuse most of what is still well-formed: mostly they are not there.
  if (random() < 0.7) original.golden = []
  mutateJson(original, random)
  const text = JSON.stringify(original)
  return {
    source: JSON.stringify(original.name),
    bytes: Buffer.from(text),
    run: () => Promise.resolve(run(text, rows))
  }
}

/** Golden rows of the dump, with some cells replaced. */
function drawRows(dump: JsonObject, random: Random): Row[] {
  const golden = dump.golden as unknown as Array<{ input: Row }>
  if (golden.length === 0) return [{}]
  return Array.from({ length: ROWS }, (_, i) => {
    const row = pick(random, golden).input
    if (i === 0) return row
    const change = (cell: unknown) => random() < 0.2 ? pick(random, CELLS) : cell
    return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, change(cell)]))
  })
}

function run(text: string, rows: readonly Row[]): 'accepted' | 'refused' {
  let model: Model
  try {
    model = createModel(parseDump(text))
  } catch (error) {
    if (error instanceof DumpError) return 'refused'
    throw error
  }
  for (const row of [...rows, {}]) checkAnswer(model, row)
  return 'accepted'
}

function checkAnswer(model: Model, row: Row): void {
  try {
    const { values, classIndexes } = model.predict(row)
    const wrong = values.findIndex(value => !Number.isFinite(value))
    if (wrong >= 0) throw new WrongAnswer(`value ${wrong} of ${values.length} is ${values[wrong]}`)
    model.outputs.forEach(({ classes }, o) => {
      if (classes !== undefined && !(classIndexes[o] in classes)) throw new WrongAnswer(`class ${classIndexes[o]} of ${classes.length}`)
    })
  } catch (error) {
    if (!(error instanceof InputError)) throw error
  }
}
