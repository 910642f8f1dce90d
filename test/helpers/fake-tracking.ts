/** A tracking server as MLflow's, as far as a model is found and downloaded. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeTracking {
  readonly uri: string
  /** Paths with queries, and what they were asked with. */
  readonly requests: Array<{ readonly url: string, readonly authorization: string | undefined }>
  close(): Promise<void>
}

/** What is sent for a path with its query: JSON, bytes, or a status of one's own. */
export type Answer = object | Uint8Array | ((response: ServerResponse) => void)

/** @param answer undefined is a 404 in MLflow's words */
export async function startTracking(answer: (url: URL) => Answer | undefined): Promise<FakeTracking> {
  const requests: FakeTracking['requests'] = []
  const server = createServer((request: IncomingMessage, response) => {
    const url = request.url ?? ''
    requests.push({ url, authorization: request.headers.authorization })
    const found = answer(new URL(url, 'http://localhost'))
    if (typeof found === 'function') found(response)
    else if (found instanceof Uint8Array) response.end(found)
    else if (found !== undefined) response.end(JSON.stringify(found))
    else response.writeHead(404).end(JSON.stringify({ error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'There is none.' }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    uri: `http://127.0.0.1:${port}`,
    requests,
    close: () => new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }
}
