/**
 * What stands beside a predictor: it is used where it has one meaning, noted where it has no part in the prediction,
 * and refused where that cannot be told.
 */
import type { Label, Provenance } from '../../../src/dump/dump.js'
import { ConvertError } from '../errors/convert-error.js'
import { Dict, Global, type Value } from '../pickle/values.js'
import { readLabels, type ConvertedEstimator } from '../common/estimator.js'
import type { Frame } from '../common/frame.js'
import { describeFunction } from '../common/opaque.js'
import { Located } from '../common/located.js'
import { hasProbabilities } from '../../../src/dump/probabilities.js'
import { givesFloat32 } from '../../../src/dump/precision.js'
import { convertTransformer } from '../registry/registry.js'
import { decideFrom } from '../sklearn/threshold-classifier.js'
import type { Bundle, Entry } from './bundle.js'
import { nameClasses } from './class-labels.js'
import { columnOf, pushCodes } from './column-codes.js'
import { areOfArray } from './columns.js'
import { classifyKey, isSomeEncoder, isTargetEncoder, type KeyRole } from './key-roles.js'
import { holdsInstance, isNothing, isSequence, readTexts } from './plain-values.js'

/** What each part of a file was taken for. */
export type Uses = NonNullable<Provenance['beside']>

/** What the file's other parts do to its predictor. */
export class Beside {
  readonly uses: Uses = []
  private readonly roles = new Map<KeyRole | 'target-encoder', Entry[]>()
  private readonly encodings: Array<{ column: string, at: Located }> = []

  /**
   * @param own names of the columns that the model was fitted on; x0, x1, ... for an array
   * @param inputs what is sent, where transformers make the model's columns of it
   * @throws ConvertError for a part whose meaning cannot be told
   */
  constructor(
    private readonly bundle: Bundle,
    private readonly own: readonly string[],
    private readonly inputs: readonly string[] = own
  ) {
    for (const entry of bundle.others) this.classify(entry)
  }

  /** The model's columns, by the names that stand beside it where it has none of its own. */
  nameColumns(): string[] {
    const { own } = this
    const isArray = areOfArray(own)
    const entries = this.take('columns')
    const lists = entries.map(entry => ({
      entry, names: readTexts(entry.at) ?? entry.at.fail('a list of names', 'Name there the columns that the model was fitted on, or leave them out.')
    }))
    const fitting = lists.filter(({ names }) => fits(names, own, isArray))
    if (lists.length > 0 && fitting.length === 0) {
      return entries[0].at.fail(
        isArray ? `the names of ${own.length} columns, each once` : `the columns of the model: ${own.join(', ')}`,
        'Name there the columns that the model was fitted on, or leave the names out.'
      )
    }
    const [first] = fitting
    for (const { entry, names } of lists) {
      const holds = first.names.every(name => names.includes(name))
      const same = fits(names, own, isArray) && names.join('\n') === first.names.join('\n')
      if (!holds || (isArray && fits(names, own, isArray) && !same)) {
        throw new ConvertError(`The ${this.bundle.kind} names the columns more than once: ${entries.map(quote).join(', ')}.`, {
          hint: 'Keep the names that the model was fitted with.'
        })
      }
      this.note(entry, names.length === own.length ? 'names of the columns' : 'not used: more columns than the model takes')
    }
    return isArray && lists.length > 0 ? first.names : [...own]
  }

  /** Texts in columns become the codes that the model was fitted on. */
  encode(columns: readonly string[], frame: Frame): void {
    for (const entry of this.take('encodings')) {
      const dict = entry.at.value
      const keys = dict instanceof Dict ? [...dict.entries.keys()] : []
      if (keys.length === 0 || !keys.every(key => typeof key === 'string' && columns.includes(key))) {
        this.fail(entry, `Its keys are not columns of the model (${columns.slice(0, 8).join(', ')}): name them so, or put an OrdinalEncoder into a Pipeline with the predictor.`)
      }
      for (const key of entry.at.keys()) this.encodings.push({ column: key, at: entry.at.key(key) })
      this.note(entry, 'codes of the texts in these columns')
    }
    const twice = this.encodings.find(({ column }, i) => this.encodings.findIndex(other => other.column === column) < i)
    if (twice !== undefined) twice.at.fail(`one encoding of the column ${JSON.stringify(twice.column)}`)
    for (const { column, at } of this.encodings) {
      if (at.className === 'LabelEncoder') convertTransformer(at, [column], frame)
      else pushCodes(column, at, frame)
    }
  }

  /** The model with its threshold, the labels of its classes, and the way back to its target. */
  finish(converted: ConvertedEstimator): ConvertedEstimator {
    const answered = this.label(this.decide(this.invert(converted)))
    for (const entry of this.take('column-kinds')) {
      const names = readTexts(entry.at)
      if (names?.every(name => this.inputs.includes(name)) !== true) this.fail(entry, PIPELINE)
      this.note(entry, 'not used: which columns are of a kind')
    }
    return answered
  }

  /** @throws ConvertError for the first part that is not a note */
  checkNotes(): Uses {
    for (const entry of [...this.roles.values()].flat()) this.fail(entry, undefined)
    return this.uses
  }

  private invert(converted: ConvertedEstimator): ConvertedEstimator {
    const before = this.take('target-function')
    const entries = [...before, ...this.take('inverse-function')]
    const functions = entries.map(entry => {
      const name = functionName(entry.at.value)
      if (name === 'none' || name === 'identity') return this.note(entry, 'not used: no function')
      const inverse = before.includes(entry) ? INVERSES.get(name ?? '') : [...INVERSES.values()].find(known => known === name)
      if (inverse === undefined || converted.task !== 'regressor') return this.fail(entry, TRANSFORMED)
      if (givesFloat32(converted.model) && inverse === 'exp') return this.fail(entry, TRANSFORMED)
      this.note(entry, `the answer is ${inverse} of the model's`)
      return inverse
    }).filter(name => name !== undefined)
    if (functions.length === 0) return converted
    if (functions.some(name => name !== functions[0])) this.fail(entries[0], TRANSFORMED)
    return {
      ...converted,
      model: {
        kind: 'transformed', member: converted.model, inverse: [{ op: 'apply', function: functions[0] }],
        ...(givesFloat32(converted.model) && { precision: 'float32' })
      }
    }
  }

  private decide(converted: ConvertedEstimator): ConvertedEstimator {
    const entries = this.take('threshold')
    const labels = this.take('positive-label')
    const classes = converted.outputs[0].classes ?? []
    const positives = labels.map(entry => {
      const index = classes.findIndex(label => label === entry.at.value)
      if (classes.length !== 2 || (index !== 0 && index !== 1)) return this.fail(entry, 'It is not a class of the model.')
      if (index === 0 && entries.length === 0) return this.fail(entry, 'Without a threshold it says nothing.')
      this.note(entry, 'the class that the threshold is for')
      return index
    })
    if (entries.length === 0) return converted
    const [entry] = entries
    const threshold = entry.at.value
    if (entries.some(other => other.at.value !== threshold)) {
      throw new ConvertError(`The ${this.bundle.kind} has several thresholds: ${entries.map(quote).join(', ')}.`, {
        hint: 'Keep the one that the prediction uses.'
      })
    }
    if (typeof threshold !== 'number' || !(threshold >= 0 && threshold <= 1) || converted.task !== 'classifier' ||
        converted.outputs.length !== 1 || classes.length !== 2 || !hasProbabilities(converted.model)) {
      return this.fail(entry, 'A threshold is a probability of 0 to 1 from which a classifier predicts the second of its two classes.')
    }
    const positive = positives[0] ?? 1
    for (const other of entries) this.note(other, `${JSON.stringify(classes[positive])} is predicted where its probability is >= ${threshold}`)
    return decideFrom(converted, { score: 'probability', positive, threshold }, entry.at)
  }

  private label(converted: ConvertedEstimator): ConvertedEstimator {
    const encoders = this.take('target-encoder')
    if (encoders.length > 1) {
      throw new ConvertError(`The ${this.bundle.kind} has several encoders of the target: ${encoders.map(quote).join(', ')}.`, {
        hint: 'Keep the one that the model was fitted with.'
      })
    }
    let classes: readonly Label[] | undefined = converted.outputs[0].classes
    for (const { at } of encoders) {
      const labels = readLabels(at)
      const isCoded = classes?.every((code, i) => code === i) === true
      if (converted.outputs.length > 1 || classes?.length !== labels.length || !isCoded) {
        return at.fail(
          `the encoder of the classes ${classes?.join(', ') ?? 'of one output'}, and not of ${labels.length}`,
          'If it is that of a column, put an OrdinalEncoder into a Pipeline with the predictor.'
        )
      }
      classes = labels
      this.note(encoders[0], 'labels of the classes')
    }
    for (const entry of this.take('labels')) {
      if (typeof entry.at.value === 'string') {
        this.note(entry, 'not used: the name of the target')
        continue
      }
      const known = converted.outputs.length === 1 ? classes : undefined
      const labels = known === undefined ? undefined : nameClasses(entry.at, known)
      if (labels === undefined) {
        return this.fail(entry, `It does not name the classes of the model${classes === undefined ? '' : `, ${classes.join(', ')}`}.`)
      }
      this.note(entry, labels === classes ? "not used: the model's own labels" : 'labels of the classes')
      classes = labels
    }
    return classes === converted.outputs[0].classes ? converted
      : { ...converted, outputs: [{ ...converted.outputs[0], ...(classes && { classes: [...classes] }) }] }
  }

  private classify(entry: Entry): void {
    const { key, at } = entry
    if (at.isOpaque) {
      // Such as a date: nothing is known of it but its class.
      if (key !== undefined && classifyKey(key)?.role === 'note') return this.note(entry, 'not used')
      return this.fail(entry, undefined)
    }
    if (isNothing(at.value)) return this.note(entry, 'not used: empty')
    if (key === undefined) return this.classifyNameless(entry)
    const isEncoder = at.className === 'LabelEncoder'
    const column = columnOf(key, this.inputs)
    if (column !== undefined && (isEncoder || at.value instanceof Dict)) {
      this.encodings.push({ column, at })
      return this.note(entry, `codes of the texts in "${column}"`)
    }
    if (isEncoder && isTargetEncoder(key)) return this.add('target-encoder', entry)
    if (isEncoder && isSomeEncoder(key)) {
      return this.fail(entry, 'Call it "target_encoder" if it is the one of the target; if it is that of a column, put an OrdinalEncoder into a Pipeline with the predictor.')
    }
    const meaning = classifyKey(key)
    if (meaning?.role !== 'encodings' && holdsInstance(at.value)) this.fail(entry, meaning?.hint ?? PIPELINE)
    switch (meaning?.role) {
      case undefined:
      case 'unclear': return this.fail(entry, meaning?.hint)
      case 'note': return this.note(entry, 'not used')
      case 'target-name':
        if (typeof at.value !== 'string') this.fail(entry, undefined)
        return this.note(entry, 'not used: the name of the target')
      case 'report':
        this.searchReport(entry, at)
        return this.note(entry, 'not used')
      case 'columns':
        if (readTexts(at) === undefined && !isSequence(at.value)) this.fail(entry, 'The names of the columns are a list of texts.')
        return this.add('columns', entry)
      case 'threshold':
      case 'positive-label':
      case 'labels':
      case 'encodings':
      case 'column-kinds':
      case 'target-function':
      case 'inverse-function': return this.add(meaning.role, entry)
    }
  }

  /** Lists of as many names as the model has columns are these names, if they can be nothing else. */
  private classifyNameless(entry: Entry): void {
    const names = readTexts(entry.at)
    const classes = this.bundle.model.attr('classes_').value
    const nClasses = isSequence(classes) ? new Located(classes, '').items().length : undefined
    const isArray = areOfArray(this.own)
    if (names === undefined || !fits(names, this.own, isArray) || (isArray && nClasses === names.length)) {
      this.fail(entry, undefined)
    }
    this.add('columns', entry)
  }

  /** Among metrics and parameters there may be a threshold that the prediction goes by. */
  private searchReport(entry: Entry, at: Located): void {
    const seen = new Set<Value | undefined>()
    const pending = [at]
    for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
      if (!(place.value instanceof Dict) || seen.has(place.value)) continue
      seen.add(place.value)
      for (const key of place.keys()) {
        const inner = place.key(key)
        if (classifyKey(key)?.role === 'threshold' && !isNothing(inner.value)) {
          this.fail({ key, at: inner }, `Move it to the top as "threshold" if the prediction goes by it, else remove it from "${entry.at.path}".`)
        }
        pending.push(inner)
      }
    }
  }

  private note({ at }: Entry, use: string): undefined {
    this.uses.push({ key: at.path, use })
  }

  private add(role: KeyRole | 'target-encoder', entry: Entry): void {
    this.roles.set(role, [...this.roles.get(role) ?? [], entry])
  }

  private take(role: KeyRole | 'target-encoder'): Entry[] {
    return this.roles.get(role) ?? []
  }

  private remedy(entry: Entry, hint: string | undefined): string {
    const { key } = entry
    if (this.bundle.remedy === undefined && key === undefined) return NAMELESS
    const removal = this.bundle.remedy?.(entry) ?? `Remove the key ${JSON.stringify(key)} if it has no part in the prediction.`
    return [hint, removal].filter(text => text !== undefined).join(' ')
  }

  private fail(entry: Entry, hint: string | undefined): never {
    const { at } = entry
    const what = at.isOpaque ? undefined : at.className ?? (holdsInstance(at.value) ? 'with estimators in it' : undefined)
    throw new ConvertError(
      `The ${this.bundle.kind} does not say what ${quote(entry)}${what === undefined ? '' : ` (${what})`} is for, ` +
      `beside ${this.bundle.model.path === '' ? 'the predictor' : JSON.stringify(this.bundle.model.path)}.`,
      { hint: at.isName ? describeFunction(at.classPath ?? '') : this.remedy(entry, hint) }
    )
  }
}

/**
 * The parts of a file of which none may change the predictor's answers.
 * @throws ConvertError for one that may
 */
export function readNotes(bundle: Bundle): Uses {
  const beside = new Beside(bundle, [])
  return beside.checkNotes()
}

const PIPELINE = 'A Pipeline holds what happens to the columns before the predictor: save one.'
const TRANSFORMED = 'Save a TransformedTargetRegressor, such as with func=np.log1p and inverse_func=np.expm1.'
const NAMELESS = 'Save a dict that says what its parts are, such as {"model": model, "features": names, "threshold": 0.3}, and a ' +
  'Pipeline where something happens to the columns before the predictor; or the predictor alone, if the rest has no part in the prediction.'

/** What was done to a target, and what undoes it. */
const INVERSES: ReadonlyMap<string, 'exp' | 'expm1' | 'square'> = new Map([['log', 'exp'], ['log1p', 'expm1'], ['sqrt', 'square']])

function functionName(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value.replace(/^(np|numpy)\./, '').toLowerCase()
  return value instanceof Global && value.module.startsWith('numpy') ? value.name : undefined
}

function fits(names: readonly string[], own: readonly string[], isArray: boolean): boolean {
  if (names.length !== own.length || new Set(names).size < names.length) return false
  return isArray || own.every(name => names.includes(name))
}

function quote({ at }: Entry): string {
  return JSON.stringify(at.path)
}
