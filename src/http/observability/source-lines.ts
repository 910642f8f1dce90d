/**
 * Lines of a stack as the sources have them: what runs is the compiler's output, most often in one file. Node.js does
 * this itself with `--enable-source-maps`, but reads the maps at each start; here the first stack waits for them.
 */
import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What has been found. A program has only so many places, and a map takes 10 MB: it is read again for a new one. */
const known = new Map<string, string>()

/**
 * @param frames lines of a stack, such as `at f (/app/dist/bundle/service.cjs:10:5)`
 * @returns the same with the places of the sources; a frame of something without a source map as it is
 */
export function mapFrames(frames: readonly string[]): string[] {
  const maps = new Map<string, SourceMap | undefined>()
  return frames.map(frame => {
    const mapped = known.get(frame) ?? mapFrame(frame, maps)
    known.set(frame, mapped)
    return mapped
  })
}

function mapFrame(frame: string, maps: Map<string, SourceMap | undefined>): string {
  const [, start, place, line, column, end] = /^(at (?:.*? \()?(?:async )?)(.+?):(\d+):(\d+)(\)?)$/.exec(frame) ?? []
  // Packages have no maps of their own here, and Node.js's own modules are not files.
  if (place === undefined || place.includes('node_modules') || place.startsWith('node:')) return frame
  const file = place.startsWith('file:') ? fileURLToPath(place) : place
  if (!maps.has(file)) maps.set(file, readMap(file))
  const entry = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1)
  // Code of a package, within the bundle, comes from nowhere.
  if (entry === undefined || !('originalSource' in entry) || !entry.originalSource.endsWith('.ts')) return frame
  const source = resolve(dirname(file), entry.originalSource)
  return `${start}${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}${end}`
}

/** @returns undefined when the file has no source map beside it that can be read */
function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload)
  } catch {
    return undefined
  }
}
