/** What the parts of the benchmarks hand one another. */

export const GROUPS = ['evaluate', 'http', 'start', 'memory', 'growth', 'score', 'stream', 'batches'] as const
export type Group = typeof GROUPS[number]

/** One thing measured of one peer, once a round or more often. */
export interface Measurement {
  readonly group: Group
  readonly peer: string
  /** What was done, whoever did it: 'offers, 1 row'; '/predict, 1 process, 32 connections'. */
  readonly task: string
  /** What was measured of it, with its unit: 'ns per row', 'requests per second'. */
  readonly metric: string
  readonly values: number[]
}

/** What the run was told. */
export interface Settings {
  /** Checkout, built, of the commit that is measured. */
  readonly root: string
  readonly rounds: number
  /** Time that one measurement in a process takes, in milliseconds. */
  readonly milliseconds: number
  /** Time of one load on a server, in seconds. */
  readonly loadSeconds: number
  readonly connections: readonly number[]
  /** How often a round the load that the targets are about is asked for; its delays swing from one to the next. */
  readonly judgedLoads: number
  /** How often a round the same is asked for after a rest. */
  readonly restedLoads: number
  /** Requests after which memory is looked at. */
  readonly memoryRequests: readonly number[]
  /** At most so long is spent on those requests, in seconds. */
  readonly memorySeconds: number
  /** Rows of the stream after which memory is looked at. */
  readonly streamRows: number
  readonly quick: boolean
  /** Whether a peer, of a group, was asked for. */
  wants(group: Group, peer: string): boolean
}

/** Where results and what there is to say about them go. */
export interface Recorder {
  /** Adds a value to its measurement, which the first value makes. */
  add(group: Group, peer: string, task: string, metric: string, value: number): void
  /** Something left out, and why. Said once. */
  note(text: string): void
  /** How it goes, for whoever waits. */
  progress(text: string): void
}
