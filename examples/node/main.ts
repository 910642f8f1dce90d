import { DumpError, InputError, loadModel } from 'recall-ml'

const [file = 'model.json'] = process.argv.slice(2)
try {
  const model = await loadModel(file)
  const { prediction, probabilities } = model.predict(model.example ?? {})
  console.log(JSON.stringify({ name: model.name, inputs: model.inputs.length, prediction, probabilities }))
  console.log(model.predictRows([model.example ?? {}, model.example ?? {}]).length)
  model.predict({ complaint_count: 'many' })
} catch (error) {
  if (error instanceof InputError) console.log(error.problems[0].field)
  else if (error instanceof DumpError) console.error(`${error.path}: ${error.problem}`)
  else throw error
}
