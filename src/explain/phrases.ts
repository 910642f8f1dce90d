/** Factors of an explanation in short sentences, for people who read no numbers. */
import type { Input, Label } from '../dump/dump.js'
import type { Space } from './additive.js'

export type Language = 'en' | 'id'

/** A factor as it was found, with whatever else is known of it. */
interface FoundFactor {
  readonly column?: string
  readonly fields: readonly string[]
  readonly values: Readonly<Record<string, unknown>>
  readonly contribution: number
}

/** An explanation that is to be put into words. */
interface Explained<Factor extends FoundFactor> {
  readonly factors: readonly Factor[]
  readonly space: Space
  readonly label?: Label
  readonly against?: Label
  readonly defaulted?: readonly string[]
}

/** A factor as people are told of it. */
interface Told {
  readonly direction: 'raises' | 'lowers'
  /** Whether one of the fields counted as its fallback; absent when none did. */
  readonly defaulted?: true
  readonly phrase: string
}

/** Fields that a phrase names of those that count together. */
const NAMED = 3

/** Characters of a text that are repeated: a caller may send any number. */
const START = /^[\s\S]{0,60}/u

interface Words {
  /** A field that has a value, alone. */
  readonly is: (name: string, value: string) => string
  readonly missing: string
  /** A field that counted as another value than was sent. */
  readonly counts: (sent: string, value: string) => string
  readonly together: string
  readonly more: (count: number) => string
  /** One class compared with another. */
  readonly against: (own: string, other: string) => string
  readonly raises: string
  readonly lowers: string
  readonly risk: string
  readonly of: Readonly<Record<Space, (label: string) => string>>
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    is: (name, value) => `${name} is ${value}`,
    missing: 'missing',
    counts: (sent, value) => `${sent}, taken as ${value}`,
    together: ' with ',
    more: count => `${count} more`,
    against: (own, other) => `${own} against ${other}`,
    raises: 'raises',
    lowers: 'lowers',
    risk: 'the risk',
    of: {
      'probability': label => `the probability of ${label}`,
      'raw score': label => label === '' ? 'the raw score' : `the raw score of ${label}`,
      'value': () => 'the value',
      'mean path length': () => 'the path length',
      'decision': label => label === '' ? 'the decision function' : `the decision function of ${label}`,
      'vote': label => `the vote for ${label}`,
      'score': () => 'the score'
    }
  },
  id: {
    is: (name, value) => `${name} ${value}`,
    missing: 'kosong',
    counts: (sent, value) => `${sent}, dihitung sebagai ${value}`,
    together: ' dengan ',
    more: count => `${count} lainnya`,
    against: (own, other) => `${own} dibandingkan ${other}`,
    raises: 'menaikkan',
    lowers: 'menurunkan',
    risk: 'risiko',
    of: {
      'probability': label => `peluang ${label}`,
      'raw score': label => label === '' ? 'skor mentah' : `skor mentah ${label}`,
      'value': () => 'nilai',
      'mean path length': () => 'panjang jalur',
      'decision': label => label === '' ? 'fungsi keputusan' : `fungsi keputusan ${label}`,
      'vote': label => `suara untuk ${label}`,
      'score': () => 'skor'
    }
  }
}

/**
 * @param inputs of the model
 * @param isRisk whether what is explained is the probability of something that nobody wants
 * @returns what puts the factors of an explanation into words, without those that have no effect
 */
export function createPhrases(
  inputs: readonly Input[], language: Language, isRisk: boolean
): <Factor extends FoundFactor>(explained: Explained<Factor>) => Array<Factor & Told> {
  const words = WORDS[language]
  const byName = new Map(inputs.map(input => [input.name, input]))
  const describe = (name: string, value: unknown, isDefaulted: boolean, isAlone: boolean) => {
    const input = byName.get(name)
    const sent = withUnit(value, input, words)
    const counted = isDefaulted ? fallbackOf(input, value) : undefined
    const text = counted === undefined ? sent : words.counts(sent, withUnit(counted, input, words))
    return isAlone ? words.is(name, text) : `${name} ${text}`
  }
  return ({ factors, space, label, against, defaulted = [] }) => {
    const missed = new Set(defaulted)
    const own = isRisk && space === 'probability' ? words.risk : words.of[space](label === undefined ? '' : String(label))
    const what = against === undefined ? own : words.against(own, String(against))
    return factors.filter(({ contribution }) => contribution !== 0).map(factor => {
      const { fields, column, values, contribution } = factor
      const direction = contribution > 0 ? 'raises' : 'lowers'
      const named = fields.slice(0, NAMED)
        .map(name => describe(name, values[name], missed.has(name), fields.length === 1))
      if (fields.length > NAMED) named.push(words.more(fields.length - NAMED))
      const told = named.join(words.together)
      return {
        ...factor,
        values: Object.fromEntries(fields.map(name => [name, shorten(values[name])])),
        direction,
        ...(fields.some(name => missed.has(name)) && { defaulted: true as const }),
        phrase: `${column === undefined || column === fields[0] ? told : `${column} (${told})`}: ${words[direction]} ${what}`
      }
    })
  }
}

/** What a field without a usable value counted as; undefined when that is no value either. */
function fallbackOf(input: Input | undefined, value: unknown): unknown {
  if (input?.type !== 'number' && input?.type !== 'category') return undefined
  const { fallback } = input
  if (input.type === 'number') return fallback?.missing === 'NaN' ? undefined : fallback?.missing
  const isMissing = value === null || value === undefined
  return (isMissing ? fallback?.missing : input.fallback?.unknown) ?? undefined
}

function withUnit(value: unknown, input: Input | undefined, words: Words): string {
  if (value === null || value === undefined) return words.missing
  const text = String(shorten(value))
  return input?.type === 'number' && input.unit !== undefined && !repeats(input.name, input.unit) ? `${text} (${input.unit})` : text
}

/** Whether a unit says no more than the field's name, as complaints of a `complaint_count`. */
function repeats(name: string, unit: string): boolean {
  return name.toLowerCase().includes(unit.toLowerCase().replace(/s$/, ''))
}

function shorten(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const start = START.exec(value)?.[0] ?? ''
  return start.length < value.length ? `${start}...` : value
}
