/** A model that another thread has read, checked and proven. */
import { openForest, type ForestData } from '../evaluator/compiled-forest.js'
import type { Dump } from '../dump/dump.js'
import { evaluateForest } from '../evaluator/evaluate-forest.js'
import { createModel } from './create-model.js'
import type { Model } from './types.js'

/** What passes to another thread by `postMessage` or `workerData`. */
export interface SharedModel {
  /** The dump without the nodes of its trees and without its golden rows: small. */
  readonly outline: Dump
  /** Its forests, in the order in which they are compiled; their arrays are in shared memory. */
  readonly forests: readonly ForestData[]
}

/** The model of a thread, which gives the bits of the one that was proven. It knows no example and counts no nodes. */
export function openSharedModel({ outline, forests }: SharedModel): Model {
  let next = 0
  return createModel(outline, () => evaluateForest(openForest(forests[next++])))
}
