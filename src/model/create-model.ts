import { DumpError } from '../dump/dump-error.js'
import type { Dump } from '../dump/dump.js'
import { listFeatures, type CompileForest } from '../evaluator/estimator.js'
import { firstMaximum } from '../evaluator/link.js'
import { hasLinearLeaves } from '../evaluator/linear-leaves.js'
import { compileBlocks, type BlockEstimator } from '../evaluator/row-blocks.js'
import { listForests, listPredictors, listReaders } from '../dump/list-forests.js'
import type { CompileSums } from '../arithmetic/sums.js'
import { nameClassNumbers } from '../dump/probabilities.js'
import { fits, listLimits, type FeatureLimits } from '../evaluator/limits.js'
import { createStepTools } from './compile-predictor.js'
import { describeValue } from '../errors/describe-value.js'
import { InputError, type FieldProblem, type Row } from '../errors/input-error.js'
import { compilePipeline, type Pipeline } from '../pipeline/pipeline.js'
import { pickExample } from './example.js'
import { predictBlocks, predictEach } from './predict-rows.js'
import type { Model, Prediction, RowResult } from './types.js'

/**
 * A model that answers, compiled from a checked dump and proven against its golden rows.
 * @param compile how a forest becomes an evaluation; the fast evaluator when left out
 * @param sums the same for the sums of linear models and projections
 * @throws DumpError when the dump contradicts itself, or a golden row does not come out with the same bits
 */
export function createModel(dump: Dump, compile?: CompileForest, sums?: CompileSums): Model {
  const model = new DumpModel(dump, compile, sums)
  proveGoldenRows(model, dump)
  return model
}

class DumpModel implements Model {
  readonly name
  readonly description
  readonly inputs
  readonly usedInputs
  readonly task
  readonly outputs
  readonly classNumbers
  readonly hasThreshold
  readonly provenance
  readonly digest
  readonly nTrees
  readonly nNodes
  readonly nFeatures
  readonly featureImportances
  readonly example
  private readonly pipeline: Pipeline
  private readonly blocks: BlockEstimator
  private readonly limits: FeatureLimits[]
  /** Whether what is computed of a row can be infinite: sums of products, and what is made of them. */
  private readonly mayOverflow: boolean
  /** [nOutputs] Number of classes, 0 for an output that is a number. */
  private readonly nClasses: number[]
  /** Scratch, so that a row allocates nothing but its answer. */
  private readonly features: Float64Array
  private readonly values: Float64Array
  private readonly classIndexes: Int32Array

  constructor(dump: Dump, compile?: CompileForest, sums?: CompileSums) {
    const forests = listPredictors(dump).flatMap(listForests)
    const features = listFeatures(dump.model)
    this.name = dump.name
    this.description = dump.description
    this.inputs = dump.inputs
    this.task = dump.task
    this.outputs = dump.outputs
    this.classNumbers = dump.task === 'classifier' ? nameClassNumbers(dump.model) : undefined
    this.hasThreshold = dump.model.kind === 'thresholded'
    this.provenance = dump.provenance
    this.digest = dump.digest
    this.featureImportances = dump.featureImportances
    this.example = pickExample(dump)
    this.nTrees = sum(forests.map(forest => forest.trees.length))
    this.nNodes = sum(forests.flatMap(forest => forest.trees.map(tree => tree.feature.length)))
    this.nFeatures = features.length
    this.pipeline = compilePipeline(dump, features, createStepTools(compile, sums))
    this.usedInputs = this.pipeline.usedInputs
    this.blocks = compileBlocks(dump.model, features, compile, sums)
    const { nValues } = this.blocks.estimator
    this.limits = listLimits(dump.model, features)
    this.mayOverflow = listPredictors(dump).flatMap(listReaders).some(reader => reader.kind !== 'forest' || hasLinearLeaves(reader))
    this.nClasses = dump.outputs.map(output => output.classes?.length ?? 0)
    checkWidth(dump, nValues)
    this.features = new Float64Array(this.nFeatures)
    this.values = new Float64Array(nValues)
    this.classIndexes = new Int32Array(dump.outputs.length)
  }

  predict(row: Row): Prediction {
    const defaulted = this.prepare(row)
    this.blocks.estimator.evaluate(this.features, this.values)
    if (this.mayOverflow && !this.values.every(Number.isFinite)) throw this.describeOverflow(row)
    return this.finish(defaulted)
  }

  predictRows<Item>(
    items: Iterable<Item | undefined>, read: (item: Item) => Row
  ): Iterable<RowResult<Item> | undefined> {
    const { blocks, features, values } = this
    // A row whose sums overflow is named, and a block does not keep its rows.
    if (blocks.rowsAtOnce === 1 || this.mayOverflow) return predictEach(this, items, read)
    return predictBlocks({
      model: this,
      blocks,
      add: (row, block) => {
        const defaulted = this.prepare(row)
        block.add(features)
        return defaulted
      },
      finish: (block, place, defaulted) => {
        block.evaluate(place, values)
        return this.finish(defaulted)
      }
    }, items, read)
  }

  /** Fills `features`. */
  private prepare(row: Row): string[] | undefined {
    const { features } = this
    const defaulted = this.pipeline.run(row, features)
    for (let i = 0; i < features.length; i++) {
      if (!fits(features[i], this.limits[i])) throw this.describeUnusable(row)
    }
    return defaulted
  }

  /** From `values` to the prediction of the row that the estimator has just evaluated. */
  private finish(defaulted: string[] | undefined): Prediction {
    const { values, classIndexes } = this
    this.decide()
    return { values, classIndexes, defaulted }
  }

  private decide(): void {
    const { values, classIndexes, nClasses, blocks: { estimator } } = this
    if (estimator.decide !== undefined) {
      for (let output = 0; output < classIndexes.length; output++) {
        if (nClasses[output] > 0) classIndexes[output] = estimator.decide(values, output)
      }
      return
    }
    let start = 0
    for (let output = 0; output < nClasses.length; output++) {
      classIndexes[output] = firstMaximum(values, start, start + nClasses[output])
      start += nClasses[output]
    }
  }

  /** JSON has no number for what numpy answers then. Any of the fields may be to blame. */
  private describeOverflow(row: Row): InputError {
    const expected = 'a number small enough that the answer is finite'
    const blamed = this.inputs.filter(({ name, type }) => type === 'number' && this.usedInputs.has(name))
    return new InputError(blamed.map(({ name }) => ({ field: name, expected, received: describeValue(row[name]) })))
  }

  /**
   * The fields of every feature that does not fit. Features made of one field come first: those made of several say
   * nothing more where one of theirs is blamed already.
   */
  private describeUnusable(row: Row): InputError {
    const { featureInputs } = this.pipeline
    const problems = new Map<string, FieldProblem>()
    const unusable = [...this.features.keys()].filter(i => !fits(this.features[i], this.limits[i]))
    for (const i of unusable.sort((a, b) => featureInputs[a].size - featureInputs[b].size)) {
      const fields = [...featureInputs[i]]
      if (fields.some(field => problems.has(field))) continue
      const expected = Number.isNaN(this.features[i])
        ? 'a value: the model takes none that is missing here'
        : 'a number small enough for the model, whose features end at 3.4e38'
      for (const field of fields) problems.set(field, { field, expected, received: describeValue(row[field]) })
    }
    return new InputError([...problems.values()])
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** The outputs and the estimator must speak of the same numbers. */
function checkWidth({ task, outputs }: Dump, nValues: number): void {
  const missing = outputs.findIndex(output => (output.classes === undefined) !== (task === 'regressor'))
  if (missing >= 0) {
    throw new DumpError(`outputs[${missing}].classes`, `expected ${task === 'regressor' ? 'none' : 'labels'} for a ${task}`)
  }
  const expected = sum(outputs.map(output => output.classes?.length ?? 1))
  if (expected !== nValues) {
    throw new DumpError('outputs', `expected labels or values for the ${nValues} numbers of the model, received ${expected}`)
  }
}

function proveGoldenRows(model: Model, dump: Dump): void {
  dump.golden.forEach((row, i) => {
    let values: Float64Array
    try {
      values = model.predict(row.input).values
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      throw new DumpError(`golden[${i}]`, `cannot be predicted: ${error.message}`)
    }
    if (row.values.length !== values.length) {
      throw new DumpError(`golden[${i}].values`, `expected ${values.length} numbers, received ${row.values.length}`)
    }
    const wrong = row.values.findIndex((expected, c) => !Object.is(expected, values[c]))
    if (wrong >= 0) {
      throw new DumpError(
        `golden[${i}]`,
        `value ${wrong}: expected ${row.values[wrong]}, computed ${values[wrong]}: ` +
        'the model is not served, since it would answer differently from its source'
      )
    }
  })
}
