/** From what the trees add up to, to what scikit-learn answers: probabilities, values, scores. */
import type { Link } from '../dump/dump.js'

/** A compiled link. */
export interface CompiledLink {
  /** Numbers that come out for `nOutputs` numbers that go in. */
  readonly nValues: number
  /**
   * @param raw [nOutputs]
   * @param values [nValues] overwritten; may not be `raw`
   */
  apply(raw: Float64Array, values: Float64Array): void
  /** Of the last row: the decision function, where that is not what went in. */
  readonly scores?: Float64Array
  /** Index of the predicted class from both of them; undefined when that is the first maximum of the values. */
  readonly decide: ((raw: Float64Array, values: Float64Array) => number) | undefined
}

export type LinkOf<K extends Link['kind']> = Extract<Link, { kind: K }>

/** What each kind of link does, for so many sums; a table may know some kinds only. */
export type LinkTable = { readonly [K in Link['kind']]?: (link: LinkOf<K>, nOutputs: number) => CompiledLink }

/** The link of so many sums, of a forest's trees or of a linear model. */
export function compileLink<K extends Link['kind']>(
  { link, nOutputs }: { readonly link?: LinkOf<K> & { kind: K } | undefined, readonly nOutputs: number },
  links: LinkTable
): CompiledLink {
  if (link === undefined) return { nValues: nOutputs, apply: (raw, values) => values.set(raw), decide: undefined }
  const compile = links[link.kind] as (link: LinkOf<K>, nOutputs: number) => CompiledLink
  return compile(link, nOutputs)
}

/** The same function of each number. */
export function compileEach(nOutputs: number, f: (raw: number) => number): CompiledLink {
  return { nValues: nOutputs, apply: (raw, values) => mapInto(raw, values, f), decide: undefined }
}

export function mapInto(raw: Float64Array, values: Float64Array, f: (x: number) => number): void {
  for (let i = 0; i < raw.length; i++) values[i] = f(raw[i])
}

export function maximum(values: Float64Array): number {
  return values[firstMaximum(values)]
}

/** Index of the first maximum, as `numpy.argmax` has it. */
export function firstMaximum(values: Float64Array, start = 0, end = values.length): number {
  let best = start
  for (let i = start + 1; i < end; i++) if (values[i] > values[best]) best = i
  return best - start
}
