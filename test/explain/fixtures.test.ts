/** Every model that can be explained is explained as it answers: nothing that its format has is passed over. */
import { join } from 'node:path'
import t from 'tap'
import { convert } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { FIXTURES, readCorpus } from '../../tools/fuzz/corpus.js'
import type { Dump, Estimator } from '../../src/dump/dump.js'
import { listFeatures } from '../../src/dump/list-forests.js'
import { compileEstimator } from '../../src/evaluator/estimator.js'
import { createExplainer, type Explainer } from '../../src/explain/explainer.js'
import { NotAdditiveError } from '../../src/explain/not-additive-error.js'
import { createStepTools } from '../../src/model/create-step-tools.js'
import { compilePipeline } from '../../src/pipeline/pipeline.js'

const FOLDERS = ['boosters', 'catboost', 'estimators/1.6', 'hist-gradient-boosting', 'old-versions', 'onnx']

function openExplainer(dump: Dump): Explainer | undefined {
  try {
    return createExplainer(dump)
  } catch (error) {
    if (error instanceof NotAdditiveError) return undefined
    throw error
  }
}

/** What is explained, computed by the evaluator; undefined for a mean of what is not the members' answers. */
function createAnswer(dump: Dump, { space, instead }: Explainer): ((row: object) => number[]) | undefined {
  let estimator: Estimator = dump.model
  while (instead !== undefined && 'member' in estimator) estimator = estimator.member
  if (instead !== undefined && estimator.kind !== 'forest') return undefined
  const features = listFeatures(dump.model)
  const pipeline = compilePipeline(dump, features, createStepTools())
  const columns = new Float64Array(features.length)
  const compiled = compileEstimator(estimator, features)
  const values = new Float64Array(compiled.nValues)
  return row => {
    pipeline.run(row as Record<string, unknown>, columns)
    compiled.evaluate(columns, values)
    if (space !== 'raw score' && space !== 'mean path length') return [...values]
    if (estimator.kind !== 'forest') throw new Error('only a forest has raw scores')
    const raw = [...compiled.raw]
    if (space === 'mean path length') return raw.map(sum => sum / forestOf(estimator).trees.length)
    return raw
  }
}

function forestOf(estimator: Estimator): Extract<Estimator, { kind: 'forest' }> {
  if (estimator.kind !== 'forest') throw new Error(`expected a forest, not ${estimator.kind}`)
  return estimator
}

t.test('every fixture', async t => {
  const spaces = new Map<string, number>()
  for (const { path, bytes } of await readCorpus(FOLDERS.map(folder => join(FIXTURES, folder)))) {
    const models = await convert([{ name: path, bytes }]).catch((error: unknown) => {
      if (error instanceof ConvertError) return []
      throw error
    })
    for (const { dump } of models) {
      const explainer = openExplainer(dump)
      const answer = explainer && createAnswer(dump, explainer)
      if (explainer === undefined || answer === undefined) continue
      spaces.set(explainer.space, (spaces.get(explainer.space) ?? 0) + 1)
      const text = JSON.stringify(dump.model)
      const inFloat32 = text.includes('"accumulate":"float32"') || text.includes('"kind":"float32"')
      let worst = 0
      for (const { input } of dump.golden.slice(0, 5)) {
        const expected = answer(input)
        const found = explainer.labels.flatMap((labels, output) =>
          labels.map((_, number) => explainer.explain(input, output, number).value))
        // AdaBoost's decision function of two classes is the difference of their votes.
        const values = found.length === 2 && expected.length === 1 ? [found[1] - found[0]] : found
        if (values.length !== expected.length) worst = Infinity
        for (const [i, value] of values.entries()) {
          worst = Math.max(worst, Math.abs(value - expected[i]) / Math.max(1, Math.abs(expected[i])))
        }
      }
      t.ok(worst < (inFloat32 ? 1e-5 : 1e-12), `${path.slice(FIXTURES.length)}: ${worst}`)
    }
  }
  t.comment(JSON.stringify(Object.fromEntries(spaces)))
  t.strictSame([...spaces.keys()].sort(), ['mean path length', 'probability', 'raw score', 'value'])
})
