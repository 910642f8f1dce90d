import { ConvertError } from '../errors/convert-error.js'
import type { RecipeFile } from '../recipe-syntax/recipe-file.js'
import type { Path } from '../recipe-syntax/schema-places.js'

/** Errors about what a recipe refers to begin with where it does so. */
export function within<T>(recipe: RecipeFile, place: Path, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof ConvertError) || error.problem.startsWith(`${recipe.name}:`)) throw error
    throw new ConvertError(`${recipe.place(place)}: ${error.problem}`, {
      cause: error, ...(error.hint !== undefined && { hint: error.hint })
    })
  }
}
