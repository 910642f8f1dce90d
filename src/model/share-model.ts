/** A model for several threads: read, checked and proven in one of them, and there once for all. */
import { compileForest } from '../evaluator/compile.js'
import { openForest, type ForestData } from '../evaluator/compiled-forest.js'
import type { Dump } from '../dump/dump.js'
import { evaluateForest } from '../evaluator/evaluate-forest.js'
import { shareForest } from '../evaluator/share.js'
import { createModel } from './create-model.js'
import { withoutNodes } from './outline.js'
import type { SharedModel } from './shared-model.js'

/**
 * Compiles a checked dump and proves it against its golden rows.
 * @throws DumpError as `createModel`
 */
export function shareModel(dump: Dump): SharedModel {
  const forests: ForestData[] = []
  createModel(dump, forest => {
    const data = shareForest(compileForest(forest))
    forests.push(data)
    return evaluateForest(openForest(data))
  })
  return { outline: { ...dump, golden: [], model: withoutNodes(dump.model) as Dump['model'], steps: withoutNodes(dump.steps) as Dump['steps'] }, forests }
}
