/**
 * `node stream-client.js URL BODIES SECONDS ROWS`: sends lines, the same over and over, and reads the answers, until
 * either limit. Its result is a line of JSON.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'

export interface StreamResult {
  readonly rows: number
  readonly rowsPerSecond: number
}

const NEWLINE = 0x0a
/** Bytes of a write. */
const BLOCK = 65_536

const [url, bodies, seconds, limit] = process.argv.slice(2)
const lines = readFileSync(bodies, 'utf8').trim().split('\n')
const text = `${lines.join('\n')}\n`
const block = Buffer.from(text.repeat(Math.ceil(BLOCK / text.length)))
const rowsOfBlock = countLines(block)

const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' } })
const answer = once(sent, 'response')
const start = performance.now()
let answered = 0
const read = answer.then(async ([response]: IncomingMessage[]) => {
  if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`)
  for await (const bytes of response) answered += countLines(bytes as Buffer)
})
let rows = 0
while (rows < Number(limit) && performance.now() - start < Number(seconds) * 1000) {
  rows += rowsOfBlock
  if (!sent.write(block)) await once(sent, 'drain')
}
sent.end()
await read
if (answered !== rows) throw new Error(`${answered} answers to ${rows} rows`)
const rowsPerSecond = rows / (performance.now() - start) * 1000
process.stdout.write(`${JSON.stringify({ rows, rowsPerSecond } satisfies StreamResult)}\n`)

function countLines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count++
  return count
}
