/** What a dump says of itself. */

export const DUMP_FORMAT = 'recall-ml/forest'

/**
 * Raised when dumps may hold what readers of the version before do not know, so that these can say that they are too
 * old. Readers accept every version up to their own. 2 has float32 sums, predictors that start at others, and votes; 3
 * has a digest, without which it is refused.
 */
export const DUMP_FORMAT_VERSION = 3

/** Dumps of earlier versions have no digest. */
export const FIRST_VERSION_WITH_DIGEST = 3

/** Most decimals of `round` in an expression. */
export const MOST_DECIMALS = 70

/** Levels of lists and objects that steps and the model may have: who reads a dump must not run out of stack. */
export const MAX_NESTING = 1000

/** What a model may be called: it is part of a path. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
