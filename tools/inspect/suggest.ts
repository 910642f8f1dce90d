/** `recall-ml inspect --suggest`: a recipe for the files, with questions where they do not say enough. */
import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { ConvertError } from '../convert/errors/convert-error.js'
import { suggestRecipe } from '../convert/recipe-files/suggest-recipe.js'
import { readSources } from '../convert/sources/read-sources.js'
import { escapeText } from '../terminal/escape.js'

/**
 * Writes a recipe, and never over another file.
 * @param out a file, or "-" for standard output
 * @returns the exit status: 0, or 1 when a file cannot be read or the recipe cannot be written
 */
export async function runSuggest(paths: readonly string[], out: string): Promise<number> {
  try {
    const files = (await Promise.all(paths.map(async path => readSources(path)))).flat()
    const { text, questions } = suggestRecipe(out === '-' ? 'recipe.yaml' : basename(out), files)
    if (out === '-') {
      console.log(text)
      return 0
    }
    await write(out, text)
    console.log(escapeText(`${out}: ${questions === 0 ? 'no questions' : `${questions} ${questions === 1 ? 'question' : 'questions'}, in lines with "# ?"`}`))
    console.log(`recall-ml convert ${paths.map(escapeText).join(' ')} --recipe ${escapeText(out)} --out my-models`)
    return 0
  } catch (error) {
    if (!(error instanceof ConvertError)) throw error
    console.error(`recall-ml inspect: ${error.message.split('\n').map(escapeText).join('\n')}`)
    return 1
  }
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new ConvertError(`--suggest ${JSON.stringify(path)}: ${code === 'EEXIST' ? 'is there already' : `cannot be written (${message})`}.`, { cause: error })
  }
}
