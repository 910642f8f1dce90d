/** Words for the person who started a run, on standard error. */
import { escapeText } from '../inspect/escape.js'

/** One line, whatever is in it. */
export function say(text: string): void {
  process.stderr.write(`recall-ml score: ${escapeText(text)}\n`)
}
