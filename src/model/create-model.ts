import { compileForest, type CompiledForest } from '../forest/compile.js'
import { DumpError } from '../forest/dump-error.js'
import type { Dump } from '../forest/dump.js'
import { argmax, predictRow } from '../forest/walk.js'
import { describeValue } from '../pipeline/describe-value.js'
import { InputError, type Row } from '../pipeline/input-error.js'
import { compilePipeline, type Pipeline } from '../pipeline/pipeline.js'
import type { Model, Prediction } from './types.js'

/**
 * A model that answers, compiled from a checked dump and proven against its golden rows.
 * @throws DumpError when the dump contradicts itself, or a golden row does not come out with the same bits
 */
export function createModel(dump: Dump): Model {
  const model = new ForestModel(dump)
  proveGoldenRows(model, dump)
  return model
}

class ForestModel implements Model {
  readonly name
  readonly description
  readonly inputs
  readonly usedInputs
  readonly classes
  readonly provenance
  readonly nTrees
  readonly nNodes
  readonly nFeatures
  private readonly pipeline: Pipeline
  private readonly forest: CompiledForest
  /** Scratch, so that a row allocates nothing but its answer. */
  private readonly features: Float64Array
  private readonly probabilities: Float64Array

  constructor(dump: Dump) {
    this.name = dump.name
    this.description = dump.description
    this.inputs = dump.inputs
    this.classes = dump.classes
    this.provenance = dump.provenance
    this.nTrees = dump.forest.trees.length
    this.nNodes = dump.forest.trees.reduce((sum, tree) => sum + tree.feature.length, 0)
    this.nFeatures = dump.forest.features.length
    this.pipeline = compilePipeline(dump)
    this.usedInputs = this.pipeline.usedInputs
    this.forest = compileForest(dump.forest)
    this.features = new Float64Array(this.nFeatures)
    this.probabilities = new Float64Array(dump.forest.nClasses)
  }

  predict(row: Row): Prediction {
    const { features, probabilities } = this
    const defaulted = this.pipeline.run(row, features)
    for (let i = 0; i < features.length; i++) {
      if (!this.fits(features[i])) throw this.unusableFeature(row, i)
    }
    predictRow(this.forest, features, probabilities)
    return { probabilities, classIndex: argmax(probabilities), defaulted }
  }

  /** scikit-learn refuses what is not finite after the rounding to the forest's precision, and so does this. */
  private fits(value: number): boolean {
    const { float32, acceptsMissing } = this.forest
    return Number.isFinite(float32 ? Math.fround(value) : value) || (acceptsMissing && Number.isNaN(value))
  }

  private unusableFeature(row: Row, feature: number): InputError {
    const fields = [...this.pipeline.featureInputs[feature]]
    return new InputError(fields.map(field => ({
      field,
      expected: 'a number small enough for the model, whose features end at 3.4e38',
      received: describeValue(row[field])
    })))
  }
}

function proveGoldenRows(model: Model, dump: Dump): void {
  dump.golden.forEach((row, i) => {
    let probabilities: Float64Array
    try {
      probabilities = model.predict(row.input).probabilities
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      throw new DumpError(`golden[${i}]`, `cannot be predicted: ${error.message}`)
    }
    const wrong = row.probabilities.findIndex((expected, c) => !Object.is(expected, probabilities[c]))
    if (wrong >= 0) {
      throw new DumpError(
        `golden[${i}]`,
        `class ${JSON.stringify(model.classes[wrong])}: expected probability ${row.probabilities[wrong]}, ` +
        `computed ${probabilities[wrong]}: the model is not served, since it would answer differently from its source`
      )
    }
  })
}
