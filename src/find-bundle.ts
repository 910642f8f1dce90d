/**
 * Says whether a program may run its bundle. One that was made before the compiler ran again would be old code, so the
 * bundles have a stamp of the compiler's output that they were made of; without a bundle of this very output, a program
 * runs the modules.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** Where the compiler writes. */
const DIST = join(import.meta.dirname, '..')

/** Folder of the bundles. `npm run build` makes it; the compiler never writes there. */
export const bundlesOf = (dist = DIST): string => join(dist, 'bundle')

/**
 * @param name path within `dist/bundle`
 * @returns absolute path; undefined when there is no bundle of what the compiler has made last
 */
export function findBundle(name: string, dist = DIST): string | undefined {
  const made = read(stampOf(dist))
  const current = describeOutput(dist)
  // Where nothing tells of the compiler, as in an installed package, nothing is compiled again.
  const usable = made !== undefined && (current === undefined || made.toString() === current)
  return usable ? join(bundlesOf(dist), name) : undefined
}

/** Says that all bundles have been made, of the compiler's last output. */
export function stampBundles(dist = DIST): void {
  writeFileSync(stampOf(dist), describeOutput(dist) ?? '')
}

const stampOf = (dist: string) => join(bundlesOf(dist), 'made-of')

/** The compiler keeps hashes of all sources that it has compiled. */
function describeOutput(dist: string): string | undefined {
  const kept = read(join(dist, '.tsbuildinfo'))
  return kept && crc32(kept).toString(16)
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
