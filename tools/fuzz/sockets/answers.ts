/** The answers on a connection, read as strictly as HTTP/1.1 has them. */

export interface Answer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** Bytes that are no answer. */
class BadAnswer extends Error {
  override name = 'BadAnswer'
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LINE_END = Buffer.from('\r\n')
const START = 'HTTP/1.1 '
const NO_BODY = new Set([204, 304])

export class AnswerReader {
  /** Those that are complete. */
  readonly answers: Answer[] = []
  /** What has come after them. */
  rest: Buffer = Buffer.alloc(0)
  /** The word to send the body, or another that is not an answer yet. */
  isToldToGoOn = false

  /** @param methods of the requests, in order; answers beyond them are read as those to GET */
  constructor(private readonly methods: readonly string[]) {}

  /** @throws BadAnswer */
  push(bytes: Buffer): void {
    this.rest = Buffer.concat([this.rest, bytes])
    while (this.rest.length > 0) {
      const read = readAnswer(this.rest, this.methods[this.answers.length] ?? 'GET')
      if (read === undefined) return
      this.rest = read.rest
      if (read.answer.status >= 200) this.answers.push(read.answer)
      else this.isToldToGoOn = true
    }
  }
}

function readAnswer(bytes: Buffer, method: string): { answer: Answer, rest: Buffer } | undefined {
  const end = bytes.indexOf(HEAD_END)
  const [first, ...lines] = bytes.toString('latin1', 0, end < 0 ? 100 : end).split('\r\n')
  const [, digits] = /^HTTP\/1\.1 ([1-5]\d\d) [\w ]+$/.exec(first) ?? []
  if (end < 0 && START.startsWith(first.slice(0, START.length))) return undefined
  if (digits === undefined) throw new BadAnswer(`expected an answer, received ${first}`)
  const headers = new Map(lines.map(line => {
    const [, name, value] = /^([\w-]+): (.*)$/.exec(line) ?? []
    if (name === undefined) throw new BadAnswer(`expected a header, received ${line}`)
    return [name.toLowerCase(), value]
  }))
  const status = Number(digits)
  const rest = bytes.subarray(end + HEAD_END.length)
  if (status < 200 || method === 'HEAD' || NO_BODY.has(status)) {
    return { answer: { status, headers, body: Buffer.alloc(0) }, rest }
  }
  const isChunked = headers.get('transfer-encoding') === 'chunked'
  const read = isChunked ? readChunks(rest) : readLength(rest, headers.get('content-length'))
  return read && { answer: { status, headers, body: read.body }, rest: read.rest }
}

type Body = { body: Buffer, rest: Buffer } | undefined

function readLength(bytes: Buffer, header: string | undefined): Body {
  if (header === undefined || !/^\d+$/.test(header)) throw new BadAnswer(`expected a length, received ${header}`)
  const length = Number(header)
  return bytes.length < length ? undefined : { body: bytes.subarray(0, length), rest: bytes.subarray(length) }
}

function readChunks(bytes: Buffer): Body {
  const parts: Buffer[] = []
  for (let rest = bytes; ;) {
    const end = rest.indexOf(LINE_END)
    if (end < 0) return undefined
    const digits = rest.toString('latin1', 0, end)
    if (!/^[\da-f]+$/i.test(digits)) throw new BadAnswer(`expected the size of a chunk, received ${digits.slice(0, 50)}`)
    const size = parseInt(digits, 16)
    const from = end + LINE_END.length
    if (rest.length < from + size + LINE_END.length) return undefined
    if (rest.indexOf(LINE_END, from + size) !== from + size) throw new BadAnswer('expected the end of a chunk')
    parts.push(rest.subarray(from, from + size))
    rest = rest.subarray(from + size + LINE_END.length)
    if (size === 0) return { body: Buffer.concat(parts), rest }
  }
}
