/** Rows that come one per line, answered one per line for as long as they come. */
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Line, LineSplitter } from './line-splitter.js'
import { readPieces } from '../bodies/read-pieces.js'
import type { AnsweredItem } from '../rows/row-answerer.js'
import { nextSlice } from '../shared/slices.js'

/** Answers are joined until they are so long, or until nothing is left to answer: to write each would take longer. */
const CHUNK = 65_536

/**
 * Bytes of answers that wait for a caller who does not read them; then no more lines are read. Some callers read only
 * when they have sent everything.
 */
export const HELD_BYTES = 1_048_576

/** How long a caller whose stream has ended early may go on sending before the connection ends, in milliseconds. */
const LINGER_MS = 2000

/** A line that may be a row, and its number. */
interface NumberedLine {
  readonly line: Line
  readonly number: number
}

/** How lines are answered: see `RowAnswers.answerAll`. */
export type AnswerAll = (
  lines: Iterable<NumberedLine | undefined>
) => Iterable<AnsweredItem<NumberedLine> | undefined | Promise<void>>

/** Where lines come from and answers go. */
export interface LineStream {
  readonly input: Readable
  readonly output: Writable
  readonly splitter: LineSplitter
  /**
   * Of lines, each read when it is its turn, the text of their answers, or the bodies of their error answers; undefined
   * after a piece of work that has none, and a promise where the next answer has to be waited for.
   */
  readonly answerAll: AnswerAll
  /** The answer to the first bad line is the last. */
  readonly failOnError: boolean
  /** Called after every piece of answers: a stream may last for hours, and what it has done counts meanwhile. */
  readonly count: () => void
  /** Told when the stream begins to wait for the caller, and when that is over. */
  readonly wait: (isWaiting: boolean) => void
}

/**
 * Answers until the lines end, in slices that take turns with everything else. Reads no faster than answers are taken.
 * @returns whether all lines were read
 * @throws Error when the caller goes away
 */
export async function answerLines(stream: LineStream): Promise<boolean> {
  const { input, splitter, wait } = stream
  const writer = new LineWriter(stream)
  wait(true)
  // Not destroyed when the answers end early: what is left of the lines has to be read too, see drain.
  for await (const bytes of readPieces(input)) {
    wait(false)
    if (!await writer.answer(splitter.push(bytes))) return false
    wait(true)
  }
  wait(false)
  return await writer.answer(splitter.end())
}

/**
 * Reads what a caller still sends who has been answered, for a while, and then ends the connection. To end it at once
 * could take answers with it that are on their way.
 */
export async function drain(input: Readable): Promise<void> {
  // After the end of whoever has read until now.
  await nextSlice()
  const closed = once(input, 'close').catch(() => undefined)
  input.resume()
  await Promise.race([closed, sleep(LINGER_MS, undefined, { ref: false })])
  if (!input.readableEnded) input.destroy()
}

class LineWriter {
  private text = ''

  constructor(private readonly stream: LineStream) {}

  /** @returns false when the stream ends with one of these lines */
  async answer(lines: Iterable<Line | undefined>): Promise<boolean> {
    const { stream } = this
    let goesOn = true
    let until = await this.nextSlice()
    for (const one of stream.answerAll(this.count(lines))) {
      if (one instanceof Promise) {
        await one
        until = 0
      } else if (typeof one?.answered === 'string') {
        this.text += `${one.answered}\n`
      } else if (one !== undefined) {
        this.text += `${JSON.stringify({ ...one.answered, line: one.item.number })}\n`
        goesOn = !stream.failOnError
        if (!goesOn) break
      }
      if (this.text.length >= CHUNK) await this.write()
      if (performance.now() >= until) until = await this.nextSlice()
    }
    await this.write()
    return goesOn
  }

  private* count(lines: Iterable<Line | undefined>): Generator<NumberedLine | undefined> {
    for (const line of lines) yield line === undefined ? undefined : { line, number: this.stream.splitter.line }
  }

  private async nextSlice(): Promise<number> {
    const until = await nextSlice()
    if (this.stream.output.destroyed) throw new Error('the caller went away')
    return until
  }

  private async write(): Promise<void> {
    const { output, count, wait } = this.stream
    if (this.text === '') return
    output.write(this.text)
    this.text = ''
    count()
    if (output.writableLength < HELD_BYTES) return
    wait(true)
    await new Promise<void>(resolve => {
      const settle = () => {
        output.off('drain', settle).off('close', settle)
        resolve()
      }
      output.on('drain', settle).on('close', settle)
    })
    wait(false)
  }
}
