import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Path of a committed fixture, from a compiled test in dist/test/helpers. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../../../test/fixtures/${name}`, import.meta.url))
}

export function readFixture(name: string): Uint8Array {
  return readFileSync(fixturePath(name))
}

export function readFixtureJson(name: string): unknown {
  return JSON.parse(readFileSync(fixturePath(name), 'utf8'))
}
