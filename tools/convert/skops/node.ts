/** Nodes of a skops schema, with the way to them, as checked readers see them. */
import { PickleError } from '../pickle/pickle-error.js'
import { JsonObject, type Json } from './python-json.js'

export const SCHEMA = 'schema.json'

const DAMAGED = 'The file is damaged, or was not written by skops.'
const SHOWN = 40
const MAX_PLACE = 200

/** The way to an object from the root of the file, as Python would write it. */
export class Way {
  constructor(readonly parent?: Way, readonly step = '') {}

  to(step: string): Way {
    return new Way(this, step)
  }

  /** For errors: the way is long only where a file was made to be. */
  describe(): string {
    const place = listSteps(this).join('').replace(/^\./, '')
    return `In ${SCHEMA}, at ${place === '' ? 'the top' : place.length > MAX_PLACE ? `${place.slice(0, MAX_PLACE)}...` : place}`
  }
}

/** From the root. Not by recursion: a file may be as deep as it likes. */
function listSteps(last: Way): string[] {
  const steps: string[] = []
  for (let way: Way | undefined = last; way !== undefined; way = way.parent) steps.push(way.step)
  return steps.reverse()
}

/** One object of the file: which class it is of, how it is to be read, and what of. */
export class Node {
  readonly object: JsonObject

  /** @throws PickleError when the value is no node */
  constructor(json: Json | undefined, readonly way: Way) {
    if (json instanceof JsonObject) this.object = json
    else throw new PickleError(way.describe(), `expected an object of skops, found ${describeJson(json)}`, { hint: DAMAGED })
  }

  /** An entry that is text. */
  text(key: string): string {
    const value = this.object.get(key)
    return typeof value === 'string' ? value : this.fail(`${key}: expected text, found ${describeJson(value)}`)
  }

  /** An entry that is a list. */
  list(key: string): Json[] {
    const value = this.object.get(key)
    return Array.isArray(value) ? value : this.fail(`${key}: expected a list, found ${describeJson(value)}`)
  }

  /** An entry that is an object, of nodes or of plain values. */
  entries(key: string): JsonObject {
    const value = this.object.get(key)
    return value instanceof JsonObject ? value : this.fail(`${key}: expected an object, found ${describeJson(value)}`)
  }

  get className(): string {
    return `${this.text('__module__')}.${this.text('__class__')}`
  }

  fail(problem: string, hint = DAMAGED): never {
    throw new PickleError(this.way.describe(), problem, { hint })
  }
}

/** What stands in the place of something else, for errors. */
export function describeJson(json: Json | undefined): string {
  if (json === undefined) return 'nothing'
  if (json instanceof JsonObject) return `an object of ${json.size}`
  if (Array.isArray(json)) return `a list of ${json.length}`
  const text = typeof json === 'string' ? JSON.stringify(json) : String(json)
  return text.length > SHOWN ? `text of ${text.length} characters` : text
}
