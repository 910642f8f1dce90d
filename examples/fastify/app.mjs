import { fastify } from 'fastify'
import recallMl from 'recall-ml/fastify'

const [first = 'models-a', second = 'models-b'] = process.argv.slice(2)
const app = fastify()
app.get('/', async () => ({ hello: 'world' }))
await app.register(recallMl, { models: first, prefix: '/ml' })
await app.register(recallMl, { models: second, prefix: '/more' })
console.log(await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT ?? 3000) }))
