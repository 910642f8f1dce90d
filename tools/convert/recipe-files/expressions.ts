/** Expressions of a recipe, with their errors at their places in the file. */
import type { Expression } from '../../../src/dump/dump.js'
import { parseExpression, type Syntax } from '../recipe-syntax/parse-expression.js'
import type { RecipeFile } from '../recipe-syntax/recipe-file.js'
import { resolveExpression, type Scope } from '../recipe-syntax/resolve-expression.js'
import type { Path } from '../recipe-syntax/schema-places.js'
import { ExpressionError } from '../recipe-syntax/tokens.js'

export function readSyntax(recipe: RecipeFile, source: string | number, place: Path): Syntax {
  return located(recipe, source, place, () => parseExpression(String(source)))
}

export function resolveSyntax(
  recipe: RecipeFile, source: string | number, syntax: Syntax, scope: Scope, place: Path
): Expression {
  return located(recipe, source, place, () => resolveExpression(syntax, scope))
}

const SHOWN = 30

function located<T>(recipe: RecipeFile, source: string | number, place: Path, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const rest = String(source).slice(error.at)
    const where = rest === '' ? 'at its end' : `at ${JSON.stringify(rest.length > SHOWN ? `${rest.slice(0, SHOWN)}...` : rest)}`
    return recipe.fail(place, `${error.message} (character ${error.at + 1} of the expression, ${where})`)
  }
}
