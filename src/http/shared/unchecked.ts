/**
 * For routes whose handlers check what comes, or that never look at it: a schema is for the document only then, and to
 * compile a check from it would hold up the start.
 */
export const UNCHECKED = { validatorCompiler: () => () => true }
