/**
 * The part of a row that an estimator reads.
 * @param columns names of all columns, in order
 * @returns a function whose result begins with them, and is overwritten by its next call
 */
export function selectColumns(
  features: readonly string[], columns: readonly string[]
): (all: Float64Array) => Float64Array {
  const places = Int32Array.from(features, name => columns.indexOf(name))
  if (places.every((place, i) => place === i)) return all => all
  const row = new Float64Array(places.length)
  return all => {
    for (let i = 0; i < places.length; i++) row[i] = all[places[i]]
    return row
  }
}
