/** Small dumps of every task, and folders of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DUMP_FORMAT, DUMP_FORMAT_VERSION, FIRST_VERSION_WITH_DIGEST, type Dump } from '../../src/dump/dump.js'
import { sealDump } from '../../src/model/digest.js'
import { makeForest, makeStump } from './forests.js'

/** A classifier of two classes, `low` when f0 is at most 0.5 and `high` above. */
export function makeDump(changes: Partial<Dump> = {}): Dump {
  return {
    format: DUMP_FORMAT,
    formatVersion: DUMP_FORMAT_VERSION,
    name: 'made-for-a-test',
    provenance: { converter: 'test', recipe: 'plain', estimator: 'RandomForestClassifier', sources: [], golden: 'test' },
    inputs: [{ name: 'f0', type: 'number' }, { name: 'f1', type: 'number', fallback: { missing: 'NaN' } }],
    steps: [],
    task: 'classifier',
    outputs: [{ classes: ['low', 'high'] }],
    golden: [{ input: { f0: 0.75, f1: 2 }, values: [0, 1] }],
    model: makeForest([makeStump({ missingGoToLeft: [1, 1, 1] })]),
    ...changes
  }
}

/** A value of 1.5 when f0 is at most 0.5, and 0.1 above. */
export function makeRegressorDump(): Dump {
  return makeDump({
    task: 'regressor',
    outputs: [{}],
    golden: [{ input: { f0: 0.75, f1: 2 }, values: [0.1] }],
    model: makeForest([makeStump({ value: [1.5, 0.1], missingGoToLeft: [1, 1, 1] })], {
      estimator: 'DecisionTreeRegressor', leaves: 'values', nOutputs: 1
    })
  })
}

/** A path of length 1 when f0 is at most 0.5, which is an outlier, and of length 8 above. */
export function makeOutlierDump(): Dump {
  return makeDump({
    task: 'outlier-detector',
    outputs: [{ classes: [-1, 1] }],
    golden: [{ input: { f0: 0.75, f1: 2 }, values: [-0.0625, 0.4375] }],
    model: makeForest([makeStump({ value: [1, 8], missingGoToLeft: [1, 1, 1] })], {
      estimator: 'IsolationForest', leaves: 'values', nOutputs: 1, aggregate: 'sum',
      link: { kind: 'isolation', denominator: 2, offset: -0.5 }
    })
  })
}

/** Two outputs: f0 as `low` or `high`, and a class out of 1, 2 and 3. */
export function makeTwoOutputDump(): Dump {
  return makeDump({
    outputs: [{ name: 'level', classes: ['low', 'high'] }, { classes: [1, 2, 3] }],
    golden: [{ input: { f0: 0.75, f1: 2 }, values: [0.25, 0.75, 0, 0.5, 0.5] }],
    model: makeForest(
      [makeStump({ value: [[0, 1, 4, 1], [0, 0.25, 1, 0.75, 3, 0.5, 4, 0.5]], missingGoToLeft: [1, 1, 1] })],
      { leaves: 'values', nOutputs: 5 }
    )
  })
}

/** A linear model of a stump's probability and a projection: kinds that most models have no use for. */
export function makeBlendDump(): Dump {
  return sealDump(makeDump({
    name: 'blend',
    inputs: [{ name: 'f0', type: 'number' }, { name: 'f1', type: 'number' }],
    steps: [
      { op: 'power', columns: ['f1'], method: 'yeo-johnson', lambdas: [0.5], formula: 'power' },
      { op: 'predict', model: makeForest([makeStump()]), gives: [{ what: 'values', from: 1, as: ['p'] }] }
    ],
    golden: [{ input: { f0: 0.75, f1: 2 }, values: [0.7614725116925997, 0.23852748830740036] }],
    model: {
      kind: 'linear', estimator: 'LogisticRegression', features: ['f1', 'p'], coef: [[0.3, -1.7]], intercept: [0.1],
      link: { kind: 'one-vs-rest' }
    }
  }))
}

interface Closes {
  teardown(fn: () => void): void
}

/**
 * A folder that is gone after the test.
 * @param files by name; what is not a text is written as JSON, a dump with its digest
 */
export function makeFolder(t: Closes, files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'models-test-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(sealIfDump(content)))
  }
  return folder
}

/** What is a dump of this release without a digest gets one. */
function sealIfDump(content: unknown): unknown {
  const { format, formatVersion, digest } = (content ?? {}) as Partial<Dump>
  const isUnsealed = format === DUMP_FORMAT && formatVersion === DUMP_FORMAT_VERSION && digest === undefined
  return isUnsealed ? sealDump(content as Dump) : content
}

/** The same dump as an earlier release wrote it, which had no digest: an edit is seen by other means, or not at all. */
export function withoutDigest(dump: Dump): Dump {
  const older = { ...dump, formatVersion: FIRST_VERSION_WITH_DIGEST - 1 }
  delete older.digest
  return older
}
