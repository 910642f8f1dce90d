/** Answers that are still due on each connection: what ends one waits for them. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export class DueAnswers {
  private readonly due = new WeakMap<Socket, Set<ServerResponse>>()

  watch(server: Pick<Server, 'prependListener'>): void {
    server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      const due = this.due.get(socket) ?? new Set()
      this.due.set(socket, due.add(response))
      response.once('close', () => due.delete(response))
    })
  }

  /** Calls back when all requests that have arrived whole are answered: at once when there are none. */
  whenAnswered(socket: Socket, done: () => void): void {
    const [next] = [...this.due.get(socket) ?? []].filter(({ req }) => req.complete)
    if (next === undefined) done()
    else next.once('close', () => this.whenAnswered(socket, done))
  }
}
