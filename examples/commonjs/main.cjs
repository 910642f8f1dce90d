// Node.js 20.19 and newer can require an ES module.
const { loadModel } = require('recall-ml')

async function main() {
  const model = await loadModel(process.argv[2] ?? 'model.json')
  const { prediction, probabilities } = model.predict(model.example)
  console.log(JSON.stringify({ name: model.name, inputs: model.inputs.length, prediction, probabilities }))
}

void main()
