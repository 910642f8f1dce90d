/** Where things are. */
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** This package: sources that are not compiled (.py, .c, .lua) are found from here. */
export const BENCH = dirname(dirname(import.meta.dirname))

/** This package, compiled. */
export const COMPILED = join(BENCH, 'dist')

/** The checkout whose benchmarks these are. */
export const PROJECT = resolve(BENCH, '..', '..')

/** Environments, forests in the peers' formats: whatever takes long to make. */
export const CACHE = process.env.BENCH_CACHE ?? join(homedir(), '.cache', 'recall-ml-bench')

export const RESULTS = join(BENCH, 'results')
