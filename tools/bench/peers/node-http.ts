/** node:http: the body parsed, a constant answer. */
import { createServer } from 'node:http'
import { serveConstants } from './constant.js'

await serveConstants((routes, port) => {
  const answers = new Map(routes.map(({ path, answer }) => [path, answer]))
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => {
      const answer = typeof JSON.parse(text) === 'object' ? answers.get(request.url ?? '') : undefined
      const body = JSON.stringify(answer ?? { status: 'error' })
      response.writeHead(answer === undefined ? 404 : 200, {
        'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body)
      })
      response.end(body)
    })
  })
  server.listen(port, '127.0.0.1')
})
