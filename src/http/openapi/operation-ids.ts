/** Names of operations in the OpenAPI document, for routes whose names come from files. */

/**
 * `predict_NAME` for each model, with only letters, digits and underscores. Names that differ in nothing else than
 * signs and case get a number, since generators of clients drop these: `a-b`, `A.B` become `predict_a_b`,
 * `predict_A_B_2`.
 */
export function namePredictOperations(names: readonly string[]): string[] {
  const taken = new Set([...withBatch('predict'), 'predictWhatIf'].map(essence))
  return names.map(name => {
    const plain = `predict_${name.replaceAll(/[^A-Za-z0-9]/g, '_')}`
    let id = plain
    for (let i = 2; withBatch(id).some(one => taken.has(essence(one))); i++) id = `${plain}_${i}`
    for (const one of withBatch(id)) taken.add(essence(one))
    return id
  })
}

/** A model's other route is called after the first one. */
function withBatch(id: string): string[] {
  return [id, `${id}Batch`]
}

function essence(id: string): string {
  return id.replaceAll('_', '').toLowerCase()
}
