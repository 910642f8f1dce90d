import { PassThrough, Readable } from 'node:stream'
import t from 'tap'
import { answerLines, type AnswerAll } from '../../../src/http/batch/answer-lines.js'
import { LineSplitter } from '../../../src/http/batch/line-splitter.js'

t.test('lines of every kind take turns with everything else', async t => {
  for (const [name, line, count, answers] of [
    ['blank', '\n', 4_000_000, 0], ['not UTF-8', '\xff\n', 100_000, 100_000], ['good', '{}\n', 400_000, 400_000]
  ] as const) {
    // All in one piece, which is more than a connection gives at once.
    const input = Readable.from([Buffer.from(line.repeat(count), 'latin1')])
    const output = new PassThrough().resume()
    let isDone = false
    let turns = 0
    const takeTurn = () => {
      turns++
      if (!isDone) setImmediate(takeTurn)
    }
    setImmediate(takeTurn)
    let answered = 0
    const answerAll: AnswerAll = function* (lines) {
      for (const item of lines) {
        if (item !== undefined) answered++
        yield item && { item, answered: '{}' }
      }
    }
    const splitter = new LineSplitter(1000)
    const ignore = () => undefined
    t.ok(await answerLines({ input, output, splitter, answerAll, failOnError: false, count: ignore, wait: ignore }))
    isDone = true
    t.equal(answered, answers, name)
    t.ok(turns > 20, `${name}: ${turns} turns`)
    t.ok(splitter.line >= count)
  }
})
