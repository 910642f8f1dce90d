import type { Recipe } from '../common/recipe.js'
import type { OnnxFile } from '../common/source-file.js'
import { convertGraph } from './graph.js'
import { readOnnx } from './model.js'

/** Trees that another program made ONNX of. The answers are those of onnxruntime, in float32. */
export const onnxRecipe: Recipe<OnnxFile> = {
  name: 'onnx',
  kinds: ['onnx'],
  parts: [{ what: 'an ONNX model of trees', matches: () => true }],
  build([{ file, onnx }]) {
    const graph = readOnnx(onnx)
    const { frame, model, outputs, isClassifier, title } = convertGraph(graph)
    return {
      task: isClassifier ? 'classifier' : 'regressor',
      outputs,
      model,
      name: nameModel(file),
      description: `ONNX of ${graph.producer} (${title}) from ${file}`,
      frame,
      estimator: `ONNX ${title}`,
      sklearnVersion: undefined
    }
  }
}

/** A name that a model may have, from the file's. */
function nameModel(file: string): string {
  return file.replace(/\.onnx$/i, '').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 100) || 'model'
}
