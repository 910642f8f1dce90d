/**
 * Which columns the lists of `pandas_categorical` belong to. The file has one for each column of pandas' category type,
 * in the order of the columns and without their names. Not all of these columns are categorical to LightGBM: codes of
 * ordered categories are numbers to it, and so are those of columns that `categorical_feature` leaves out, which may
 * name columns of integers instead.
 */
import { ConvertError } from '../errors/convert-error.js'
import type { BoosterText } from './read-text.js'
import type { Section } from './section.js'

/** What a feature's values were in the training data. */
export interface TrainedColumn {
  readonly name: string
  /** Of a numerical feature. */
  readonly range?: readonly [number, number]
  /** Of a categorical one. Neither is there where all rows had the same value. */
  readonly codes?: readonly number[]
}

const HINT = 'Name the columns and save the model again, in Python: booster.pandas_categorical = dict(zip(' +
  '[c for c in X if X[c].dtype == "category"], booster.pandas_categorical)), where X is the training data and booster the ' +
  "Booster, which is model.booster_ of an estimator."

/**
 * @param thresholds [nFeatures] that trees compare each feature with
 * @returns the list of each column that has one, by the column's index
 * @throws ConvertError where lists could belong to other columns as well, or to none
 */
export function placeCategories(
  columns: readonly TrainedColumn[], thresholds: ReadonlyArray<ReadonlySet<number>>, text: BoosterText
): Map<number, readonly unknown[]> {
  const { head, pandasCategories = [] } = text
  if (!Array.isArray(pandasCategories)) return placeNamed(columns, pandasCategories as Record<string, unknown>, head)
  const lists = pandasCategories.map(list => Array.isArray(list) ? list as unknown[] : [])
  if (lists.length === 0) return new Map()
  const given = readIndexes(text.parameters.get('categorical_feature'))
  const fits = (i: number, k: number) => canHold(columns[i], thresholds[i], lists[k].length, given.has(i))
  const found = findPlaces(columns.length, lists.length, fits)
  const expected = `${lists.length} categorical columns that the lists of pandas_categorical belong to`
  if (found.length === 0) {
    return head.fail('feature_infos', expected, 'columns whose codes have no category, or too few columns', HINT)
  }
  const [first, second] = found
  if (second !== undefined) {
    const k = lists.findIndex((_, list) => first[list] !== second[list])
    const names = [first, second].map(places => `"${columns[places[k]].name}"`)
    return head.fail('feature_infos', expected,
      `that list ${k + 1}, ${show(lists[k])}, may be that of ${names.join(' or ')}`, HINT)
  }
  return new Map(first.map((i, k) => [i, lists[k]]))
}

/** `{name: list}`, as the hint above has it. */
function placeNamed(
  columns: readonly TrainedColumn[], named: Readonly<Record<string, unknown>>, head: Section
): Map<number, readonly unknown[]> {
  return new Map(Object.entries(named).map(([key, list]) => {
    // LightGBM writes the names so.
    const i = columns.findIndex(({ name }) => name === key.replaceAll(' ', '_'))
    const codes = columns[i]?.codes ?? []
    if (i < 0 || !Array.isArray(list) || codes.some(code => code >= list.length)) {
      throw new ConvertError(`pandas_categorical: expected the categories of columns of the model, found "${key}".`, {
        hint: `The columns are ${head.text('feature_names')}.`
      })
    }
    return [i, list]
  }))
}

function readIndexes(parameter: string | undefined): Set<number> {
  return new Set(parameter === undefined || !/^\d+(,\d+)*$/.test(parameter) ? [] : parameter.split(',').map(Number))
}

/**
 * Whether a column may have been one of as many categories. Codes are whole numbers from 0, and where they are numbers
 * to LightGBM it compares them half-way between two. Numbers that are only ever two of more categories are taken for a
 * flag, which no data set is without.
 * @param given whether the parameters name the column as a categorical one
 */
function canHold(
  { range, codes }: TrainedColumn, thresholds: ReadonlySet<number>, nCategories: number, given: boolean
): boolean {
  if (codes !== undefined) return codes.every(code => code < nCategories)
  if (range === undefined) return given || nCategories === 1
  const [low, high] = range
  const isFlag = high - low < 2 && nCategories > 2
  if (isFlag || !range.every(Number.isInteger)) return false
  return low >= 0 && high < nCategories && [...thresholds].every(isBetweenCodes)
}

function isBetweenCodes(threshold: number): boolean {
  return Math.abs(threshold * 2 - Math.round(threshold * 2)) < 1e-9
}

/**
 * The first two ways to give each list per column of its own, in the order of both. A column that could be one of the
 * lists may also be none of them.
 */
function findPlaces(nColumns: number, nLists: number, fits: (column: number, list: number) => boolean): number[][] {
  // How many ways, two for more, there are for the lists from k on in the columns from i on.
  const ways = Array.from({ length: nColumns + 1 }, () => new Uint8Array(nLists + 1))
  for (let i = nColumns; i >= 0; i--) {
    ways[i][nLists] = 1
    for (let k = 0; i < nColumns && k < nLists; k++) {
      ways[i][k] = Math.min(2, ways[i + 1][k] + (fits(i, k) ? ways[i + 1][k + 1] : 0))
    }
  }
  const found: number[][] = []
  const walk = (i: number, places: number[]): void => {
    const k = places.length
    if (found.length === 2 || ways[i][k] === 0) return
    if (k === nLists) found.push(places)
    else {
      if (fits(i, k)) walk(i + 1, [...places, i])
      walk(i + 1, places)
    }
  }
  walk(0, [])
  return found
}

function show(list: readonly unknown[]): string {
  const text = JSON.stringify(list)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
