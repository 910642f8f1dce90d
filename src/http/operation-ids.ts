/** Names of operations in the OpenAPI document, for routes whose names come from files. */

/**
 * `predict_NAME` for each model, with only letters, digits and underscores. Names that differ in nothing else than
 * signs and case get a number, since generators of clients drop these: `a-b`, `A.B` become `predict_a_b`,
 * `predict_A_B_2`.
 */
export function namePredictOperations(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map(name => {
    const plain = `predict_${name.replaceAll(/[^A-Za-z0-9]/g, '_')}`
    let id = plain
    for (let i = 2; taken.has(essence(id)); i++) id = `${plain}_${i}`
    taken.add(essence(id))
    return id
  })
}

function essence(id: string): string {
  return id.replaceAll('_', '').toLowerCase()
}
