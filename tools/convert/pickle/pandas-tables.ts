/** pandas' Series with their labels, and DataFrames, as the plain values that they stand for. */
import { NdArray, readElements } from './numpy.js'
import { readPandas } from './pandas.js'
import { Dict, Instance, Tuple, type Value } from './values.js'

/** Values by label. */
export interface SeriesParts {
  readonly labels: readonly Value[]
  readonly values: readonly Value[]
}

/** Columns of equal length, with one label per row. */
export interface TableParts {
  readonly labels: readonly Value[]
  readonly columns: ReadonlyArray<{ readonly name: Value, readonly values: readonly Value[] }>
}

/** @returns undefined for anything but a Series whose index has one level */
export function readSeriesParts(value: Value | undefined): SeriesParts | undefined {
  if (!(value instanceof Instance) || !/^pandas\.(.+\.)?Series$/.test(value.type.path)) return undefined
  const manager = value.get('_mgr') ?? value.get('_data')
  const [axes] = manager instanceof Instance ? listOf(manager.state) : []
  const labels = readList(listOf(axes)[0])
  const values = readList(value)
  return labels !== undefined && labels.length === values?.length ? { labels, values } : undefined
}

/**
 * A DataFrame's class is known to no other reader, so that its name may be one of which nothing more is known.
 * @returns undefined for anything but a DataFrame whose rows and columns have labels of one level
 */
export function readTableParts(value: Value | undefined): TableParts | undefined {
  if (!(value instanceof Instance) || !/^pandas\.(core\.frame\.)?DataFrame$/.test(value.type.path)) return undefined
  const manager = value.get('_mgr') ?? value.get('_data')
  const parts = manager instanceof Instance ? readManager(manager) : undefined
  if (parts === undefined) return undefined
  const [names, labels] = parts.axes.map(readList)
  if (names === undefined || labels === undefined) return undefined
  const columns = new Array<readonly Value[] | undefined>(names.length)
  for (const { values, places } of parts.blocks) {
    const rows = readRows(values, labels.length)
    const positions = readPlaces(places)
    if (rows?.length !== positions?.length) return undefined
    positions?.forEach((position, i) => {
      columns[position] = rows?.[i]
    })
  }
  if (columns.length !== names.length) return undefined
  const filled = names.map((name, i) => ({ name, values: columns[i] }))
  return filled.every(isFilled) ? { labels, columns: filled } : undefined
}

function isFilled(column: { name: Value, values: readonly Value[] | undefined }): column is TableParts['columns'][number] {
  return column.values !== undefined
}

interface ManagerParts {
  readonly axes: readonly Value[]
  readonly blocks: ReadonlyArray<{ readonly values: Value | undefined, readonly places: Value | undefined }>
}

/** `BlockManager(blocks, axes)`; before pandas 1.3 its state has both under "0.14.1". */
function readManager(manager: Instance): ManagerParts | undefined {
  const [blocks, axes] = manager.args
  if (axes !== undefined) {
    return {
      axes: listOf(axes),
      blocks: listOf(blocks).map(block =>
        block instanceof Instance ? { values: block.args[0], places: block.args[1] } : NO_BLOCK)
    }
  }
  const extra = listOf(manager.state)[3]
  const state = extra instanceof Dict ? extra.get('0.14.1') : undefined
  if (!(state instanceof Dict)) return undefined
  return {
    axes: listOf(state.get('axes')),
    blocks: listOf(state.get('blocks')).map(block =>
      block instanceof Dict ? { values: block.get('values'), places: block.get('mgr_locs') } : NO_BLOCK)
  }
}

const NO_BLOCK = { values: undefined, places: undefined }

/** A block is columns by rows; one of pandas' own arrays is one column. */
function readRows(values: Value | undefined, length: number): Value[][] | undefined {
  const elements = readList(values)
  if (elements === undefined) return undefined
  const isFlat = !(values instanceof NdArray) || values.shape.length === 1
  const count = isFlat ? 1 : values.shape[0]
  if (elements.length !== count * length) return undefined
  return Array.from({ length: count }, (_, i) => elements.slice(i * length, (i + 1) * length))
}

/** The positions of a block's columns: a slice, or an array of them. */
function readPlaces(places: Value | undefined): number[] | undefined {
  if (places instanceof Instance && places.type.path === 'builtins.slice') {
    const [start, stop, step] = places.args
    const isPlain = typeof start === 'number' && typeof stop === 'number' && start >= 0 && (step === null || step === 1)
    if (!isPlain || stop > MAX_COLUMNS) return undefined
    return Array.from({ length: Math.max(0, stop - start) }, (_, i) => start + i)
  }
  const positions = readList(places)
  return positions?.every(isPosition) === true ? positions : undefined
}

const MAX_COLUMNS = 100_000

function isPosition(place: Value): place is number {
  return typeof place === 'number' && Number.isInteger(place) && place >= 0 && place < MAX_COLUMNS
}

function readList(value: Value | undefined): Value[] | undefined {
  const array = readPandas(value) ?? value
  return array instanceof NdArray ? readElements(array) : undefined
}

function listOf(value: Value | undefined): readonly Value[] {
  return value instanceof Tuple ? value.items : Array.isArray(value) ? value : []
}
