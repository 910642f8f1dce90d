/** A recipe for a few files, as far as they say how they belong together, with questions where they do not. */
import { ConvertError } from '../errors/convert-error.js'
import type { Input } from '../../../src/dump/dump.js'
import type { SourceFile } from '../common/source-file.js'
import { RecipeFile } from '../recipe-syntax/recipe-file.js'
import { readColumnsOrCount } from '../recipes/columns.js'
import { readTexts } from '../recipes/plain-values.js'
import { toRecipes } from './build.js'
import { encodedColumn, listContents, type Content } from './list-contents.js'

/** A recipe as text. */
export interface Suggestion {
  readonly text: string
  /** How many questions are in it. */
  readonly questions: number
}

const HEAD = [
  '# yaml-language-server: $schema=./node_modules/recall-ml/model-json/recipe.schema.json',
  '# What the files say of the model. "# ?" begins a question that they do not answer; docs/recipes.md has all keys.'
]

/**
 * @param name of the recipe's file
 * @throws ConvertError when there is no predictor among the files
 */
export function suggestRecipe(name: string, files: readonly SourceFile[]): Suggestion {
  const contents = listContents(files)
  const sections = new Sections(contents)
  // What the recipe makes of the files says what the inputs are, or what is wrong.
  const draft = sections.write([])
  const { inputs, problem } = tryRecipe(name, draft, files)
  const text = sections.write(inputs)
  const lines = problem === undefined ? [] : problem.split('\n').map((line, i) => i === 0 ? `# ? ${line}` : `#   ${line}`)
  return { text: `${[...HEAD, ...lines].join('\n')}\n${text}`, questions: sections.questions + (problem === undefined ? 0 : 1) }
}

function tryRecipe(name: string, text: string, files: readonly SourceFile[]): { inputs: Input[], problem?: string } {
  try {
    const [recipe] = toRecipes(RecipeFile.parse(name, Buffer.from(text)))
    const own = recipe.parts.map(part => files.find(file => part.matches(file)))
    if (!own.every(file => file !== undefined)) return { inputs: [] }
    const strange = files.find(file => !own.includes(file))
    if (strange !== undefined) return { inputs: [], problem: `What is ${strange.file} for?` }
    return { inputs: recipe.build(own, () => {}).frame.allInputs }
  } catch (error) {
    // A damaged file can be of kinds that no converter thought of.
    if (!(error instanceof ConvertError || error instanceof TypeError || error instanceof RangeError)) throw error
    // Lines move when the inputs are written.
    return { inputs: [], problem: error.message.replace(/^[^\n]*?:\d+:\d+: /, '') }
  }
}

class Sections {
  questions = 0
  private readonly predictors: readonly Content[]
  private readonly transformers: readonly Content[]
  private readonly columns: readonly string[]
  private readonly list: Content | undefined

  constructor(private readonly contents: readonly Content[]) {
    this.predictors = this.of('predictor')
    this.transformers = contents.filter(({ role }) => role === 'transformer' || role === 'function')
    if (this.predictors.length === 0) {
      throw new ConvertError('None of the files holds a predictor.', { hint: 'Name the file of the model too.' })
    }
    const [first] = [...this.transformers, ...this.predictors].filter(({ at }) => !at.isOpaque)
    const fitted = [...this.predictors, ...this.transformers].map(readFitted)
    const known = fitted.find(columns => typeof columns === 'object')
    const counts = fitted.map(columns => typeof columns === 'object' ? columns.length : columns)
    const lists = this.of('columns')
    const isArray = this.predictors.some(content => typeof readFitted(content) !== 'object')
    this.list = isArray || typeof readFitted(first) === 'number'
      ? lists.find(({ at }) => readTexts(at)?.length === counts[0]) ??
        lists.find(({ at }) => counts.includes(readTexts(at)?.length))
      : undefined
    this.columns = (this.list === undefined ? known : readTexts(this.list.at)) ?? []
  }

  /** @param inputs as the recipe makes them, once that is known */
  write(inputs: readonly Input[]): string {
    this.questions = 0
    return [
      this.writeInputs(inputs), this.writeEncoders(), this.writeColumns(), this.writeChain(), this.writeOutput(),
      this.writeRest()
    ].filter(section => section.length > 0).map(section => `\n${section.join('\n')}\n`).join('')
  }

  private of(role: Content['role']): Content[] {
    return this.contents.filter(content => content.role === role)
  }

  private ask(question: string, indent = ''): string {
    this.questions++
    return `${indent}# ? ${question}`
  }

  private writeInputs(inputs: readonly Input[]): string[] {
    const lines = inputs.filter(({ type }) => type !== 'any').map(input => {
      const missing = input.type === 'category' || input.type === 'number' ? input.fallback?.missing : undefined
      const of = input.type === 'category' ? input.categories.slice(0, 8).join(' | ') + (input.categories.length > 8 ? ' | ...' : '') : 'number'
      return `  ${quote(input.name)}: {}  # ${oneLine(of)}; ${missing === undefined ? 'required, without a "fallback: { missing: ... }"' : 'may be missing'}`
    })
    return lines.length === 0 ? [] : ['inputs:', ...lines]
  }

  private writeEncoders(): string[] {
    const lines = this.of('encoder').map(content => {
      const column = encodedColumn(content, this.columns)
      const line = `  ${quote(column)}: ${quote(content.reference)}`
      if (this.columns.length === 0 || this.columns.includes(column)) return line
      return `${this.ask(`${oneLine(content.reference)} has the name of no column (${oneLine(this.columns.slice(0, 12).join(', '))}): which one does it encode?`, '  ')}\n  # ${line.trim()}`
    })
    return lines.length === 0 ? [] : [lines.every(line => line.includes('# ?')) ? '# encoders:' : 'encoders:', ...lines]
  }

  private writeColumns(): string[] {
    return this.list === undefined ? [] : [`columns: ${quote(this.list.reference)}`]
  }

  private writeChain(): string[] {
    const lines = this.transformers.map(content => {
      if (content.role === 'function') {
        const name = content.at.classPath ?? ''
        return `${this.ask(`What does ${oneLine(name)} do? Write it under "functions:", and take this line in:`, '  ')}\n  # - ${quote(content.reference)}`
      }
      const fitted = readFitted(content)
      if (typeof fitted !== 'number' || this.columns.length === 0 || fitted === this.columns.length) return `  - ${quote(content.reference)}`
      return `${this.ask(`It was fitted on an array: which ${fitted} of ${oneLine(this.columns.join(', '))}?`, '  ')}\n  - { use: ${quote(content.reference)}, columns: [] }`
    })
    if (this.changeTheSame()) {
      lines.unshift(this.ask('Several change the same columns, here in the order of the files: is it the right one, and are all of them in use?', '  '))
    }
    const [first, ...others] = this.predictors
    if (others.length === 0) return ['chain:', ...lines, `  - ${quote(first.reference)}`]
    return [
      'chain:', ...lines,
      this.ask('Several predictors: say under output what becomes of their answers (weights, value or probability), or make them models of their own.', '  '),
      '  - predictors:', ...this.predictors.map(({ name, reference }) => `      ${quote(name)}: ${quote(reference)}`)
    ]
  }

  /** Whether it matters which of the transformers comes first. */
  private changeTheSame(): boolean {
    const taken = this.transformers.map(content => readFitted(content))
    return taken.some((columns, i) => taken.slice(0, i).some(before =>
      typeof columns !== 'object' || typeof before !== 'object' || columns.some(name => before.includes(name))))
  }

  private writeOutput(): string[] {
    const lines: string[] = []
    const [calibrator, ...spare] = this.of('calibrator')
    if (spare.length > 0) lines.push(this.ask(`What are ${spare.map(({ reference }) => oneLine(reference)).join(', ')} for?`, '  '))
    if (calibrator !== undefined) lines.push(`  calibrator: ${quote(calibrator.reference)}`)
    const [threshold, ...more] = this.of('threshold')
    if (threshold !== undefined) {
      if (more.length > 0) lines.push(this.ask(`Or is it ${more.map(({ reference }) => oneLine(reference)).join(' or ')}?`, '  '))
      lines.push(`  threshold: ${quote(threshold.reference)}  # or { above: ... } if your code compares with >`)
    }
    const [labels, ...others] = [...this.of('target-encoder'), ...this.of('some-encoder'), ...this.of('labels')]
    if (labels !== undefined) {
      if (labels.role === 'some-encoder') lines.push(this.ask(`Is ${oneLine(labels.reference)} the encoder of the target, or that of a column?`, '  '))
      if (others.length > 0) lines.push(this.ask(`What are ${others.map(({ reference }) => oneLine(reference)).join(', ')} for?`, '  '))
      lines.push(`  labels: ${quote(labels.reference)}`)
    }
    return lines.length === 0 ? [] : ['output:', ...lines]
  }

  private writeRest(): string[] {
    const unused = this.of('columns').filter(content => content !== this.list)
    // Names that the files have themselves.
    const lists = unused.filter(({ at }) => this.columns.every(name => readTexts(at)?.includes(name)))
    const notes = this.of('note').filter(({ reference }) => !reference.includes('#'))
    const open = [...this.of('unclear'), ...unused.filter(content => !lists.includes(content))]
    const ignored = [...lists, ...notes]
    return [
      ...open.map(({ reference }) => this.ask(`What is ${oneLine(reference)} for? If it has no part in the prediction, write it under ignore: - ${oneLine(quote(reference))}`)),
      ...ignored.length === 0 ? [] : ['ignore:', ...ignored.map(({ reference }) => `  - ${quote(reference)}`)]
    ]
  }
}

function readFitted({ at }: Content): readonly string[] | number | undefined {
  if (at.isOpaque) return undefined
  try {
    return readColumnsOrCount(at)
  } catch (error) {
    if (error instanceof ConvertError) return undefined
    throw error
  }
}

/** A text as YAML has it, with quotes where it needs them. */
function quote(text: string): string {
  return /^[A-Za-z_][\w.#/-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text) ? text : JSON.stringify(text)
}

/** Within a comment. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
