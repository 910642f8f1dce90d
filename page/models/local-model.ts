/** A model that the worker computes with itself. */
import { createModel, DumpError, InputError, type Model } from '../../library/core.js'
import { createExplainer, NotAdditiveError, type Explainer } from '../../library/explain.js'
import { createWhatIf, type WhatIf } from '../../library/what-if.js'
import { listForests, listPredictors } from '../../src/dump/list-forests.js'
import type { Dump } from '../../src/dump/dump.js'
import { createStepTools } from '../../src/model/compile-predictor.js'
import { compilePipeline } from '../../src/pipeline/pipeline.js'
import { buildTree, depthOf } from '../logic/tree.js'
import type { DrawnTree, Explained, Proof } from './protocol.js'
import type { RowResult } from '../logic/score-file.js'
import type { Row, Target } from './types.js'

export class LocalModel {
  private readonly dump: Dump
  private readonly model: Model
  private explainer: Explainer | string | undefined
  private opened: WhatIf | undefined

  /** @throws DumpError when the dump is damaged, or does not give its golden rows' bits */
  constructor(dump: unknown) {
    this.model = createModel(dump)
    this.dump = dump as Dump
  }

  answer(row: Row): RowResult {
    try {
      return { answer: this.model.predict(row) }
    } catch (error) {
      if (error instanceof InputError) return { problems: error.problems }
      throw error
    }
  }

  explain(row: Row, { output, label }: Target, top: number): Explained {
    this.explainer ??= this.openExplainer()
    if (typeof this.explainer === 'string') return { reason: this.explainer }
    try {
      const explanation = this.explainer.explain(row, { output, top, ...(label !== undefined && { label }) })
      return { explanation }
    } catch (error) {
      if (error instanceof NotAdditiveError || error instanceof InputError) return { reason: error.message }
      throw error
    }
  }

  get whatIf(): WhatIf {
    return this.opened ??= createWhatIf(this.dump)
  }

  /** Compiles the model anew, which compares the bits of all golden rows. */
  prove(): Proof {
    const start = performance.now()
    const rows = this.dump.golden.length
    try {
      createModel(this.dump)
      return { rows, ms: performance.now() - start }
    } catch (error) {
      if (error instanceof DumpError) return { rows, ms: performance.now() - start, problem: error.message }
      throw error
    }
  }

  /** @returns undefined for a model without trees */
  tree(index: number, depth: number, row: Row): DrawnTree | undefined {
    const forests = listPredictors(this.dump).flatMap(listForests)
    const nTrees = forests.reduce((sum, { trees }) => sum + trees.length, 0)
    let place = Math.min(index, nTrees - 1)
    for (const forest of forests) {
      if (place >= forest.trees.length) {
        place -= forest.trees.length
        continue
      }
      const root = buildTree(this.dump, forest, place, depth, this.readFeatures(forest.features, row))
      return { root, nTrees, depth: depthOf(forest.trees[place]), estimator: forest.estimator }
    }
    return undefined
  }

  private openExplainer(): Explainer | string {
    try {
      return createExplainer(this.dump)
    } catch (error) {
      if (error instanceof NotAdditiveError) return error.message
      throw error
    }
  }

  /** The columns of a row that a forest reads; undefined where the row cannot be used. */
  private readFeatures(names: readonly string[], row: Row): Float64Array | undefined {
    const features = new Float64Array(names.length)
    try {
      compilePipeline(this.dump, names, createStepTools()).run(row, features)
      return features
    } catch (error) {
      if (error instanceof InputError) return undefined
      throw error
    }
  }
}
