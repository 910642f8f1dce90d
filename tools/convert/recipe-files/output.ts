/** What a recipe does with the answers of its predictors. */
import type { Estimator, Expression, Label } from '../../../src/dump/dump.js'
import { hasProbabilities } from '../../../src/dump/probabilities.js'
import { givesFloat32 } from '../../../src/dump/precision.js'
import type { ConvertedEstimator, Progress } from '../common/estimator.js'
import { readLabels } from '../common/estimator.js'
import { Located } from '../common/located.js'
import { Dict } from '../pickle/values.js'
import type { Syntax } from '../recipe-syntax/parse-expression.js'
import type { RecipeFile } from '../recipe-syntax/recipe-file.js'
import type { OutputEntry } from '../recipe-syntax/schema.js'
import type { Path } from '../recipe-syntax/schema-places.js'
import { ExpressionError } from '../recipe-syntax/tokens.js'
import type { Frame } from '../common/frame.js'
import { nameClasses } from '../recipes/class-labels.js'
import { convertPlaced } from '../registry/registry.js'
import { readCalibrator } from '../sklearn/calibrated.js'
import { decideFrom } from '../sklearn/threshold-classifier.js'
import { readSyntax, resolveSyntax } from './expressions.js'
import type { References } from './references.js'
import type { Predictor } from './steps.js'
import { within } from './within.js'

/** A predictor of the chain, converted. */
export interface Answerer extends Predictor {
  readonly converted: ConvertedEstimator
}

/** The last of a recipe: from the answers of the predictors to that of the model. */
export class Output {
  constructor(
    private readonly recipe: RecipeFile,
    private readonly references: References,
    private readonly frame: Frame,
    private readonly place: Path,
    private readonly entry: OutputEntry,
    private readonly progress: Progress
  ) {}

  /** @throws ConvertError for what does not fit the predictors */
  build(predictors: readonly Answerer[]): ConvertedEstimator {
    return this.label(this.decide(this.calibrate(this.combine(predictors))))
  }

  private at(...keys: Path): Path {
    return [...this.place, ...keys]
  }

  private combine(predictors: readonly Answerer[]): ConvertedEstimator {
    const { weights, value, probability } = this.entry
    const ways = (['weights', 'value', 'probability'] as const).filter(key => this.entry[key] !== undefined)
    if (ways.length > 1) this.recipe.fail(this.at(ways[1]), `expected no ${ways[1]} beside ${ways[0]}`)
    this.assertAlike(predictors)
    if (weights !== undefined) return this.average(predictors, weights)
    if (value !== undefined) return this.computeValue(predictors, value)
    if (probability !== undefined) return this.computeProbability(predictors, probability)
    if (predictors.length === 1) return predictors[0].converted
    return this.recipe.fail(predictors[1].place, 'several predictors, and nothing says what becomes of their answers',
      `Write under output: weights, value or probability, with the names ${predictors.map(({ name }) => name).join(', ')}.`)
  }

  private assertAlike([first, ...others]: readonly Answerer[]): void {
    for (const { converted, place } of [first, ...others]) {
      if (converted.outputs.length !== 1 && others.length > 0) this.recipe.fail(place, 'expected a predictor with one output beside others')
    }
    const wrong = others.find(({ converted }) => converted.task !== first.converted.task ||
      converted.outputs[0].classes?.join('\n') !== first.converted.outputs[0].classes?.join('\n'))
    if (wrong !== undefined) this.recipe.fail(wrong.place, `expected the same kind of predictor with the same classes as ${first.name}`)
  }

  private average(predictors: readonly Answerer[], weights: Readonly<Record<string, number>>): ConvertedEstimator {
    const names = predictors.map(({ name }) => name)
    const strange = Object.keys(weights).find(name => !names.includes(name))
    if (strange !== undefined) this.recipe.fail(this.at('weights', strange), `no predictor is called so; there are ${names.join(', ')}`)
    const lacking = names.find(name => !Object.hasOwn(weights, name))
    if (lacking !== undefined) this.recipe.fail(this.at('weights'), `expected a weight for ${lacking} too`)
    if (names.every(name => weights[name] === 0)) this.recipe.fail(this.at('weights'), 'expected a weight above 0')
    const single = predictors.find(({ converted }) => givesFloat32(converted.model))
    if (single !== undefined) this.failFloat32(this.at('weights'), single.name)
    this.assertProbabilities(predictors, this.at('weights'))
    const [{ converted }] = predictors
    const model: Estimator = { kind: 'average', members: predictors.map(one => one.converted.model), weights: names.map(name => weights[name]) }
    return { task: converted.task, outputs: converted.outputs, model }
  }

  private assertProbabilities(predictors: readonly Answerer[], place: Path): void {
    const bad = predictors.find(({ converted }) => converted.task === 'outlier-detector' ||
      (converted.task === 'classifier' && !hasProbabilities(converted.model)))
    if (bad !== undefined) this.recipe.fail(place, `expected predictors of numbers or probabilities, and ${bad.name} gives none`)
  }

  private failFloat32(place: Path, name: string): never {
    return this.recipe.fail(place, `${name} answers in float32, in which numpy computes otherwise`,
      `Write an expression with float(${name}) if your code converts the answer first: value or probability under output.`)
  }

  private computeValue(predictors: readonly Answerer[], source: string | number): ConvertedEstimator {
    const place = this.at('value')
    const { recipe, frame } = this
    if (predictors.some(({ converted: { task, outputs } }) => task !== 'regressor' || outputs.length !== 1)) {
      recipe.fail(place, 'expected a regressor of one number', 'Of a classifier, probability is what becomes of the probability of its second class.')
    }
    const syntax = readSyntax(recipe, source, place)
    const simple = predictors.length === 1 ? this.transform(predictors[0], syntax) : undefined
    if (simple !== undefined) return simple
    const columns = this.predictColumns(predictors, 0)
    const expression = this.resolve(source, syntax, columns, predictors, place)
    const column = frame.derive(frame.freeName('value'), expression)
    return { task: 'regressor', outputs: predictors[0].converted.outputs, model: { kind: 'columns', features: [column] } }
  }

  /** Functions of the answer alone, such as expm1(prediction), which need no columns; undefined for anything else. */
  private transform({ name, converted }: Answerer, syntax: Syntax): ConvertedEstimator | undefined {
    const isFloat32 = givesFloat32(converted.model)
    const functions: string[] = []
    let inner = syntax
    while (inner.kind === 'call' && inner.args.length === 1) {
      functions.unshift(inner.name.replace(/^(np|numpy|math)\./, ''))
      const [argument] = inner.args
      inner = argument
    }
    if (inner.kind !== 'name' || inner.name !== name || functions.length === 0) return undefined
    const known = functions.map(own => INVERSES.get(own))
    if (!known.every(own => own !== undefined) || (isFloat32 && !known.every(own => FLOAT32.has(own)))) return undefined
    return {
      ...converted,
      model: {
        kind: 'transformed', member: converted.model, inverse: known.map(own => ({ op: 'apply', function: own })),
        ...(isFloat32 && { precision: 'float32' })
      }
    }
  }

  private computeProbability(predictors: readonly Answerer[], source: string | number): ConvertedEstimator {
    const place = this.at('probability')
    this.assertBinary(predictors.map(({ converted }) => converted), place)
    const syntax = readSyntax(this.recipe, source, place)
    const columns = this.predictColumns(predictors, 1)
    const expression = this.resolve(source, syntax, columns, predictors, place)
    return this.ofProbability(predictors[0].converted, this.frame.derive(this.frame.freeName('probability'), expression))
  }

  /** A classifier of two classes from the column with the probability of the second. */
  private ofProbability({ task, outputs }: ConvertedEstimator, second: string): ConvertedEstimator {
    const first = this.frame.derive(this.frame.freeName(`1 - ${second}`), ['-', 1, second])
    return { task, outputs, model: { kind: 'columns', features: [first, second] } }
  }

  private assertBinary(all: readonly ConvertedEstimator[], place: Path): void {
    const isBinary = ({ task, outputs, model }: ConvertedEstimator) =>
      task === 'classifier' && outputs.length === 1 && outputs[0].classes?.length === 2 && hasProbabilities(model)
    if (!all.every(isBinary)) this.recipe.fail(place, 'expected a classifier that has probabilities of two classes')
  }

  /** A column for each predictor with one of its values. */
  private predictColumns(predictors: readonly Answerer[], index: number): Map<string, string> {
    return new Map(predictors.map(({ name, converted }) => {
      const column = this.frame.addColumn(name)
      this.frame.steps.push({
        op: 'predict', model: converted.model, gives: [{ what: 'values', ...(index > 0 && { from: index }), as: [column] }]
      })
      return [name, column]
    }))
  }

  private resolve(
    source: string | number, syntax: Syntax, columns: ReadonlyMap<string, string>, predictors: readonly Answerer[],
    place: Path
  ): Expression {
    const single = predictors.filter(({ converted }) => givesFloat32(converted.model)).map(({ name }) => name)
    return resolveSyntax(this.recipe, source, syntax, {
      names: [...columns.keys()],
      number(name, at) {
        if (single.includes(name)) {
          throw new ExpressionError(at, `${name} is float32, in which numpy computes otherwise: write float(${name}) if your code converts it first`)
        }
        return columns.get(name)
      },
      float: name => columns.get(name),
      text: () => undefined
    }, place)
  }

  private calibrate(converted: ConvertedEstimator): ConvertedEstimator {
    const { calibrator } = this.entry
    if (calibrator === undefined) return converted
    const place = this.at('calibrator')
    this.assertBinary([converted], place)
    const at = this.references.value(calibrator, place)
    const isFloat32 = givesFloat32(converted.model)
    return within(this.recipe, place, () => {
      if (at.className === 'IsotonicRegression' || at.className === '_SigmoidCalibration') {
        const bounds = at.attr('out_of_bounds')
        if (at.className === 'IsotonicRegression' && bounds.value !== 'clip') {
          bounds.fail('"clip"', 'Other probabilities than those of the training would be NaN, or an error: fit it with out_of_bounds="clip".')
        }
        const model: Estimator = { kind: 'calibrated', member: converted.model, score: 'probability', calibrators: [readCalibrator(at, isFloat32)] }
        return { ...converted, model }
      }
      if (isFloat32) at.fail('an IsotonicRegression, as the probabilities are float32')
      const [column] = this.predictColumns([{ name: 'probability', converted } as Answerer], 1).values()
      const calibrated = convertPlaced(at, [column], this.frame, this.progress)
      if (calibrated.task === 'classifier') {
        this.assertBinary([calibrated], place)
        return { ...calibrated, outputs: converted.outputs }
      }
      return at.fail('an IsotonicRegression or a classifier of the probability, such as a LogisticRegression')
    })
  }

  private decide(converted: ConvertedEstimator): ConvertedEstimator {
    const { threshold, positive } = this.entry
    if (threshold === undefined) {
      if (positive !== undefined) this.recipe.fail(this.at('positive'), 'expected no positive class without a threshold')
      return converted
    }
    const place = this.at('threshold')
    const given = typeof threshold === 'object' ? threshold.above : threshold
    const at = typeof given === 'string' ? this.references.value(given, place) : new Located(given, 'threshold')
    return within(this.recipe, place, () => {
      const least = at.number()
      if (!(least >= 0 && least <= 1)) at.fail('a probability')
      this.assertBinary([converted], place)
      const isFloat32 = givesFloat32(converted.model)
      const limit = typeof threshold !== 'object' ? least : isFloat32 ? nextUp32(Math.fround(least)) : nextUp(least)
      return decideFrom(converted, { score: 'probability', positive: this.findPositive(converted), threshold: limit }, at)
    })
  }

  private findPositive(converted: ConvertedEstimator): 0 | 1 {
    const { positive } = this.entry
    if (positive === undefined) return 1
    const classes = this.label(converted).outputs[0].classes ?? []
    const index = classes.indexOf(positive)
    return index === 0 || index === 1 ? index : this.recipe.fail(this.at('positive'), `expected one of the classes ${classes.join(', ')}`)
  }

  private label(converted: ConvertedEstimator): ConvertedEstimator {
    const { labels } = this.entry
    if (labels === undefined) return converted
    const place = this.at('labels')
    const [output, ...others] = converted.outputs
    const { classes } = output
    if (classes === undefined || others.length > 0) return this.recipe.fail(place, 'expected a classifier with one output')
    const named = within(this.recipe, place, () => this.readLabels(classes, place))
    return { ...converted, outputs: [{ ...output, classes: named }] }
  }

  private readLabels(classes: readonly Label[], place: Path): Label[] {
    const { labels = [] } = this.entry
    if (typeof labels !== 'string') {
      const at = new Located(Array.isArray(labels) ? [...labels] : this.toDict(labels, place), 'labels')
      return [...nameClasses(at, classes) ?? at.fail(`a label for each of the ${classes.length} classes ${classes.slice(0, 12).join(', ')}`)]
    }
    const at = this.references.value(labels, place)
    if (at.className !== 'LabelEncoder') return [...nameClasses(at, classes) ?? at.fail(`labels of the classes ${classes.slice(0, 12).join(', ')}`)]
    const own = readLabels(at)
    return classes.map(code => own[Number(code)] ?? at.fail(`a label for class ${code}`))
  }

  private toDict(labels: Readonly<Record<string, Label>>, place: Path): Dict {
    const dict = new Dict()
    for (const key of this.recipe.values(place)) dict.entries.set(key, labels[String(key)])
    return dict
  }
}

/** Functions that undo what was done to a target. */
const INVERSES = new Map([['exp', 'exp'], ['expm1', 'expm1'], ['square', 'square']] as const as ReadonlyArray<[string, 'exp' | 'expm1' | 'square']>)
/** Those that are known in float32. */
const FLOAT32: ReadonlySet<string> = new Set(['expm1', 'square'])

/** The next float64, of a number from 0 on. */
function nextUp(x: number): number {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, x)
  bits.setBigUint64(0, bits.getBigUint64(0) + 1n)
  return bits.getFloat64(0)
}

/** The next float32. */
function nextUp32(x: number): number {
  const bits = new DataView(new ArrayBuffer(4))
  bits.setFloat32(0, x)
  bits.setUint32(0, bits.getUint32(0) + 1)
  return bits.getFloat32(0)
}
