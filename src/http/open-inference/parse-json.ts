/** The way from JSON to values. */
import { unreadable } from '../shared/problems.js'

/** @throws InputError when a text is not JSON. Its message does not repeat the text, as that of `JSON.parse` does. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const hint = /\b(?:NaN|Infinity)\b/.test(text) ? ' (it has no NaN and no Infinity: send null for a missing value)' : ''
    throw unreadable(`text that is not JSON${hint}`)
  }
}
