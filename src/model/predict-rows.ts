/** The two ways through many rows: one by one, and in blocks. */
import type { BlockEstimator, RowBlock } from '../evaluator/row-blocks.js'
import { InputError, type Model, type Prediction, type Row, type RowResult } from './types.js'
import { isUnrelated } from './unrelated-row.js'

/** A block ends when so many fields are kept of its rows, to be named: those that have a fallback, or a problem. */
const MAX_KEPT = 16_384

/** `Model.predictRows` of a model that predicts row by row. */
export function* predictEach<Item>(
  model: Pick<Model, 'predict' | 'inputs' | 'usedInputs'>,
  items: Iterable<Item | undefined>,
  read: (item: Item) => Row
): Generator<RowResult<Item> | undefined> {
  for (const item of items) yield item === undefined ? undefined : predictItem(model, item, read)
}

function predictItem<Item>(
  model: Pick<Model, 'predict' | 'inputs' | 'usedInputs'>, item: Item, read: (item: Item) => Row
): RowResult<Item> {
  try {
    const row = read(item)
    const prediction = model.predict(row)
    return { item, prediction, unrelated: isUnrelated(model, row, prediction.defaulted) ? row : undefined }
  } catch (error) {
    return { item, prediction: undefined, error }
  }
}

/** How a model predicts in blocks. */
export interface BlockParts {
  readonly model: Pick<Model, 'inputs' | 'usedInputs'>
  readonly blocks: BlockEstimator
  /** @returns fields that counted as their fallback. @throws InputError for a row that the model cannot use */
  readonly add: (row: Row, block: RowBlock) => string[] | undefined
  /** The prediction of the row at a place in a block whose rows have passed the forests. */
  readonly finish: (block: RowBlock, place: number, defaulted: string[] | undefined) => Prediction
}

/** An item of a block. Not its row: a thousand rows may be long. */
interface Waiting<Item> {
  readonly item: Item
  /** In the block; -1 for a row that is not in it. */
  readonly place: number
  readonly error?: unknown
  readonly defaulted?: string[] | undefined
  readonly unrelated?: Row | undefined
}

/** `Model.predictRows` of a model that takes rows together. */
export function* predictBlocks<Item>(
  parts: BlockParts, items: Iterable<Item | undefined>, read: (item: Item) => Row
): Generator<RowResult<Item> | undefined> {
  const { rowsAtOnce } = parts.blocks
  const block = parts.blocks.open()
  let waiting: Array<Waiting<Item>> = []
  let kept = 0
  let end: { readonly error: unknown } | undefined
  try {
    for (const item of untilError(items, error => { end = { error } })) {
      if (item !== undefined) {
        const one = addItem(parts, block, item, read)
        waiting.push(one)
        kept += countKept(one)
        if (waiting.length >= rowsAtOnce || kept >= MAX_KEPT) {
          yield* finishBlock(parts, block, waiting)
          waiting = []
          kept = 0
        }
      }
      yield undefined
    }
    yield* finishBlock(parts, block, waiting)
  } finally {
    block.close()
  }
  if (end !== undefined) throw end.error
}

function* untilError<T>(items: Iterable<T>, tell: (error: unknown) => void): Generator<T> {
  try {
    yield* items
  } catch (error) {
    tell(error)
  }
}

function addItem<Item>(
  { model, add }: BlockParts, block: RowBlock, item: Item, read: (item: Item) => Row
): Waiting<Item> {
  try {
    const row = read(item)
    const place = block.length
    const defaulted = add(row, block)
    return { item, place, defaulted, unrelated: isUnrelated(model, row, defaulted) ? row : undefined }
  } catch (error) {
    return { item, place: -1, error }
  }
}

/**
 * An unrelated row is kept as a whole, and may be long: it ends the block, before another is read. So does an
 * unexpected failure: whoever reports it may want the row, which is the one that was read last.
 */
function countKept({ place, error, defaulted = [], unrelated }: Waiting<unknown>): number {
  if (place >= 0) return unrelated === undefined ? defaulted.length : MAX_KEPT
  return error instanceof InputError ? error.problems.length : MAX_KEPT
}

function* finishBlock<Item>(
  parts: BlockParts, block: RowBlock, waiting: ReadonlyArray<Waiting<Item>>
): Generator<RowResult<Item> | undefined> {
  yield* block.walk()
  for (const one of waiting) yield finishItem(parts, block, one)
  block.clear()
}

function finishItem<Item>(
  { finish }: BlockParts, block: RowBlock, { item, place, error, defaulted, unrelated }: Waiting<Item>
): RowResult<Item> {
  if (place < 0) return { item, prediction: undefined, error }
  try {
    return { item, prediction: finish(block, place, defaulted), unrelated }
  } catch (thrown) {
    return { item, prediction: undefined, error: thrown }
  }
}
