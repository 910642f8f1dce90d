/** A model's answers, compared with that to a reference row. */
import type { Dump, Label } from '../dump/dump.js'
import { compileOriginals } from '../pipeline/original-names.js'
import { fieldReader } from '../pipeline/inputs.js'
import type { Model, Prediction, Row } from '../model/types.js'
import type { Space } from './additive.js'
import { findClass, optionError, type Asked } from './options.js'
import { compareRows, type Comparison } from './reference.js'

interface LabelledComparison extends Comparison {
  readonly space: Space
  readonly label: Label | undefined
}

/**
 * @param row and the reference, both checked
 * @param classIndexes of the row's prediction
 * @throws InputError where an option does not fit the model, or a mix of the two rows cannot be predicted
 */
export type Comparer = (
  row: Row, reference: Row, asked: Pick<Asked, 'label' | 'against' | 'output'>, classIndexes: Int32Array
) => LabelledComparison

export function openComparer(model: Model, { task }: Dump): Comparer {
  const rename = compileOriginals(model.inputs) ?? ((row: Row) => row)
  const fields = model.inputs.map(({ name }) => name).filter(name => model.usedInputs.has(name))
  const readers = fields.map(name => [name, fieldReader(name)] as const)
  const readFields = (row: Row) => {
    const renamed = rename(row)
    return Object.fromEntries(readers.map(([name, read]) => [name, read(renamed) ?? null]))
  }
  return (row, reference, { label, against, output }, classIndexes) => {
    const { classes } = model.outputs[output]
    const isLabelled = classes !== undefined && task !== 'outlier-detector'
    const space: Space = task === 'outlier-detector' ? 'score'
      : classes === undefined ? 'value'
      : model.classNumbers === 'probabilities' ? 'probability'
      : model.classNumbers === 'decisions' ? 'decision'
      : 'vote'
    const start = model.outputs.slice(0, output).reduce((sum, own) => sum + (own.classes?.length ?? 1), 0)
    const explained = isLabelled ? label ?? classes[classIndexes[output]] : label
    const number = findClass(isLabelled ? classes : undefined, explained, 'label')
    const other = against === undefined ? undefined : findClass(isLabelled ? classes : undefined, against, 'against')
    if (number === other) throw optionError('against', 'another class than the one that is explained', against)
    // A vote has no numbers but the class that wins it.
    const numberOf = ({ values, classIndexes: predicted }: Prediction, index: number) =>
      space !== 'vote' ? values[start + index] : predicted[output] === index ? 1 : 0
    const comparison = compareRows(readFields(row), readFields(reference), fields, mixed => {
      const prediction = model.predict(mixed)
      return numberOf(prediction, number) - (other === undefined ? 0 : numberOf(prediction, other))
    })
    return { ...comparison, space, label: explained }
  }
}
