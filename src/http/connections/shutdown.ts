/** The end of the service: no request that was sent to it stays without an answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Server as NetServer, type Socket } from 'node:net'
import { setImmediate as nextIteration, setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../../config.js'
import type { CutOffs } from './cut-off.js'

/** Time left, of the time to stop, for cutting off the connections that are still busy, in milliseconds. */
const CUT_OFF_MS = 100

/** Part of it, for the log: Node tells of the end of a request a little after that of its connection. */
const REPORT_MS = 30

/** How often connections are looked at, in milliseconds. */
const LOOK_MS = 20

/** Waits until this process has looked at its listening socket, once at least. */
export async function lookAtSocket(): Promise<void> {
  await nextIteration()
  await nextIteration()
}

/** What is known of an open connection. */
interface Connection {
  /** To the request that has arrived last; its end may be long past. */
  answer: ServerResponse | undefined
  /** When it was first seen with nothing to answer, while the service stops. */
  idleSince: number | undefined
}

/** The answer that Node is writing to a socket, if any. */
type AnsweringSocket = Socket & { readonly _httpMessage?: object | null }

/**
 * Ends connections when the service stops. Node would end those on which nothing is under way at once, with the
 * requests that are on their way to it.
 */
export class Shutdown {
  private stopping = false
  private cutOff = false
  /** How many have been let in so far. */
  private connected = 0
  private readonly connections = new Map<Socket, Connection>()

  constructor(
    private readonly app: FastifyInstance, private readonly config: Config, private readonly cutOffs: CutOffs
  ) {
    app.server.on('connection', (socket: Socket) => {
      this.connections.set(socket, { answer: undefined, idleSince: undefined })
      this.connected++
      socket.once('close', () => this.connections.delete(socket))
    })
    // Before Fastify's own, which may answer at once.
    app.server.prependListener('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
      const connection = this.connections.get(socket)
      if (connection === undefined) return
      if (this.stopping) moveEnd(connection.answer, answer)
      connection.answer = answer
    })
    app.addHook('preClose', done => {
      this.sayEnd()
      for (const [socket, { answer }] of this.connections) if (answer === undefined) socket.destroy()
      done()
    })
    app.addHook('onClose', async () => {
      if (this.cutOff) await sleep(REPORT_MS)
    })
  }

  /** Whether the service is on its way out. */
  readonly isStopping = (): boolean => this.stopping

  /**
   * Lets all connections come to their ends before the app is closed. From now on the service is not ready, and answers
   * say `Connection: close`. After `SHUTDOWN_DELAY_MS` nobody new is let in. A connection with nothing to answer ends
   * when nothing has come for `SHUTDOWN_GRACE_MS`; what is not done within `SHUTDOWN_TIMEOUT_MS` is cut off.
   * @param takeIn waits until one more of those who have connected is let in, if there is any
   */
  async drain(takeIn: () => Promise<void>): Promise<void> {
    const { shutdownDelayMs, shutdownGraceMs, shutdownTimeoutMs } = this.config
    const deadline = performance.now() + shutdownDelayMs + shutdownTimeoutMs - CUT_OFF_MS
    this.sayEnd()
    this.cutOffs.drain()
    await sleep(shutdownDelayMs)
    await this.letIn(takeIn)
    // Of net, since that of http ends connections.
    NetServer.prototype.close.call(this.app.server)
    while (this.connections.size > 0 && performance.now() < deadline) {
      this.endIdle(performance.now() - shutdownGraceMs)
      await sleep(LOOK_MS)
    }
    if (this.connections.size === 0) return
    this.cutOff = true
    this.cutOffs.stop()
    this.app.server.closeAllConnections()
  }

  private sayEnd(): void {
    this.stopping = true
    for (const { answer } of this.connections.values()) if (answer !== undefined) moveEnd(undefined, answer)
  }

  /**
   * Takes in those who have connected already: to stop listening would reset their connections. Node takes in one per
   * iteration of the event loop, which in a busy process is a long time for all. Where they never cease to come, half
   * of the time to stop goes to them.
   */
  private async letIn(takeIn: () => Promise<void>): Promise<void> {
    const until = performance.now() + this.config.shutdownTimeoutMs / 2
    let before: number
    do {
      before = this.connected
      await takeIn()
    } while (this.connected > before && performance.now() < until)
  }

  /** @param before on the clock of `performance.now()`: connections that have been idle since then end */
  private endIdle(before: number): void {
    for (const [socket, connection] of this.connections) {
      const isBusy = ((socket as AnsweringSocket)._httpMessage ?? null) !== null
      connection.idleSince = isBusy ? undefined : connection.idleSince ?? performance.now()
      if (connection.idleSince !== undefined && connection.idleSince <= before) socket.destroy()
    }
  }
}

/** Of the answers on a connection the last one says that it ends: what comes after that is not read. */
function moveEnd(earlier: ServerResponse | undefined, last: ServerResponse): void {
  if (earlier !== undefined && !earlier.headersSent) earlier.removeHeader('connection')
  if (!last.headersSent) last.setHeader('connection', 'close')
}
