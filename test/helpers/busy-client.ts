/** Clients that keep their connection and go on sending until they are told to stop. */
import { connect } from 'node:net'
import { GOOD_BODY } from './fake-model.js'

const BODY = JSON.stringify(GOOD_BODY)
const REQUEST =
  `POST /recommend HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`

/** What became of a client's requests. */
export interface Sent {
  answered: number
  /** Sent, and never answered whole. */
  lost: number
  /** Answers that were no 200. */
  bad: number
}

export interface BusyOptions {
  /** Between an answer and the next request, in milliseconds. */
  readonly pauseMs?: number
  /** Requests sent at once, before the answer to the first of them. */
  readonly atOnce?: number
}

/** Runs one client until an answer says `Connection: close`, or its connection ends. */
export async function keepSending(port: number, { pauseMs = 0, atOnce = 1 }: BusyOptions = {}): Promise<Sent> {
  const sent: Sent = { answered: 0, lost: 0, bad: 0 }
  const socket = connect(port, '127.0.0.1').on('error', () => undefined)
  let text = ''
  const send = () => {
    if (socket.destroyed) return
    sent.lost += atOnce
    socket.write(REQUEST.repeat(atOnce))
  }
  socket.once('connect', send)
  socket.setEncoding('utf8').on('data', (data: string) => {
    text += data
    for (let whole = takeAnswer(text); whole !== undefined; whole = takeAnswer(text)) {
      text = text.slice(whole.length)
      sent.answered++
      sent.lost--
      if (!whole.startsWith('HTTP/1.1 200 ')) sent.bad++
      if (/^connection: close\r$/im.test(whole)) return socket.end()
      if (sent.lost > 0) continue
      if (pauseMs > 0) setTimeout(send, pauseMs)
      else send()
    }
    return undefined
  })
  await new Promise(resolve => socket.once('close', resolve))
  return sent
}

/** The first answer of a text; undefined when it is not whole. */
function takeAnswer(text: string): string | undefined {
  const head = text.indexOf('\r\n\r\n')
  if (head === -1) return undefined
  const length = Number(/^content-length: (\d+)\r$/im.exec(text.slice(0, head + 2))?.[1])
  const end = head + 4 + length
  return text.length < end ? undefined : text.slice(0, end)
}
