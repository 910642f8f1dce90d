/** Fastify with the service's body and response schemas and a constant answer. No log, no metrics. */
import fastify from 'fastify'
import { serveConstants } from './constant.js'

await serveConstants((routes, port) => {
  const customOptions = { coerceTypes: false, removeAdditional: false, allErrors: true, allowUnionTypes: true } as const
  const app = fastify({ ajv: { customOptions } })
  for (const { path, body, response, answer } of routes) {
    app.post(path, { schema: { body, response: { 200: response } } }, (_request, reply) => {
      void reply.send(answer)
    })
  }
  return app.listen({ host: '127.0.0.1', port })
})
