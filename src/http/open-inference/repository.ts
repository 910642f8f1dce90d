/** Bodies of the requests to the repository of models. */
import { LongDocument } from './long-document.js'
import { readParameters, fail } from './request.js'

/**
 * Whether an index is to have only the models that are ready.
 * @param document nothing, or `{ready?}`
 * @throws InputError when it is something else
 */
export function readIndexFilter(document: unknown): boolean {
  const ready = readMember(document, 'ready')
  if (ready !== undefined && ready !== null && typeof ready !== 'boolean') fail('ready', 'true or false', ready)
  return ready === true
}

/**
 * Refuses to load a model otherwise than it is, with a configuration or with files that a caller sends.
 * @throws InputError
 */
export function assertNoOverrides(document: unknown): void {
  const [key] = Object.keys(readParameters(readMember(document, 'parameters'), 'parameters'))
  if (key !== undefined) fail(`parameters[${JSON.stringify(key.slice(0, 40))}]`, 'nothing: a model is loaded as its dump has it', key)
}

/**
 * Refuses to unload anything else than the model. Triton's clients say whether those that depend on it go as well: here
 * none does.
 * @throws InputError
 */
export function assertNoUnloadParameters(document: unknown): void {
  for (const [key, value] of Object.entries(readParameters(readMember(document, 'parameters'), 'parameters'))) {
    const place = `parameters[${JSON.stringify(key.slice(0, 40))}]`
    if (key !== 'unload_dependents') fail(place, 'nothing but unload_dependents', value)
    if (typeof value !== 'boolean') fail(place, 'true or false', value)
  }
}

function readMember(body: unknown, key: string): unknown {
  const document = body instanceof LongDocument ? body.parse() : body
  if (document === undefined) return undefined
  if (typeof document !== 'object' || document === null || Array.isArray(document)) fail('body', 'a JSON object', document)
  return (document as Record<string, unknown>)[key]
}
