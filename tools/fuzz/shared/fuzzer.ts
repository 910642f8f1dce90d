/** What the fuzzers of each kind have in common. */

export const KINDS = ['files', 'recipes', 'dumps', 'sockets'] as const
export type Kind = typeof KINDS[number]

/** A mutated input, made again from the seed and its number at any time. */
export interface FuzzCase {
  /** What it was made of. */
  readonly source: string
  /** The input itself, as it is kept for whoever looks into a finding. */
  readonly bytes: Uint8Array
  /** Hands it to the program. Resolves with what came of it; throws when that is a fault. */
  readonly run: () => Promise<'accepted' | 'refused'>
}

export interface Fuzzer {
  readonly make: (number: number) => FuzzCase
  /** Whether the program is a process of its own, so that time and memory of this one are the fuzzer's. */
  readonly isApart?: boolean
  /** Called after the last case. */
  readonly close?: () => Promise<void>
}

/** An answer that no caller should get. */
export class WrongAnswer extends Error {
  override name = 'WrongAnswer'
}
