import { createModel, InputError } from 'recall-ml/core'
import dump from './model.json'

const model = await createModel(dump)

export default {
  async fetch(request) {
    try {
      return Response.json(model.predict(await request.json()))
    } catch (error) {
      if (error instanceof InputError) return Response.json({ errors: error.problems }, { status: 400 })
      if (error instanceof SyntaxError) return Response.json({ errors: [{ field: 'body', expected: 'JSON' }] }, { status: 400 })
      throw error
    }
  }
}
