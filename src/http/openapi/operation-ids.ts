/**
 * Names in the OpenAPI document. Generated clients make functions and types of them, with words of their own at the
 * end, such as `PredictRequest`, `PredictParams` or `PredictResponse`: no schema is called like these.
 */

/** What a model can be asked; the names of its operations begin with it. */
export type Verb = 'predict' | 'explain' | 'compare' | 'whatIf'

/** What the names of its operations may end in. */
const ENDS = ['', 'Batch', 'Stream']

/** Of routes that are not a model's: `predictBatch`, `predictWhatIf`. */
const TAKEN = ['', 'Batch', 'Stream', 'WhatIf']

/**
 * A name for each model that follows a verb, as `Churn` does in `predictChurn`: its words, each with a capital. Names
 * that differ in nothing else than signs and case get a number, since generators of clients drop these: `a-b`, `A.B`
 * become `AB`, `AB2`.
 */
export function nameOperations(names: readonly string[]): string[] {
  const taken = new Set(TAKEN.map(essence))
  return names.map(name => {
    const plain = name.split(/[^A-Za-z0-9]+/).map(capitalize).join('')
    let unique = plain
    for (let i = 2; ENDS.some(end => taken.has(essence(unique + end))); i++) unique = `${plain}${i}`
    for (const end of ENDS) taken.add(essence(unique + end))
    return unique
  })
}

function essence(name: string): string {
  return name.toLowerCase()
}

/** The schema of an operation's row. */
export function nameRow(operationId: string): string {
  return `${capitalize(operationId)}Row`
}

/** The schema of an operation's answer to a row. */
export function nameAnswer(operationId: string): string {
  return `${capitalize(operationId)}Answer`
}

/** The name of an operation of an app that has it several times. @param prefix may be empty */
export function withPrefix(prefix: string, operationId: string): string {
  return prefix === '' ? operationId : `${prefix}${capitalize(operationId)}`
}

export function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
