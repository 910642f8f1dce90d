import { NdArray } from '../convert/pickle/numpy.js'
import { Dict, Global, Instance, PySet, Tuple, type Value } from '../convert/pickle/values.js'
import { cutText, escapeText } from '../terminal/escape.js'

/** Position in a list, key of a dict, or nothing for what belongs to an object itself. */
type Step = number | string | undefined

const MAX_PLACE = 120
const MAX_STEP = 40

/** What an object graph is made of. */
export class Survey {
  /** Instances and calls by the path of their class or function. */
  readonly made = new Map<string, number>()
  /** Paths of classes and functions that are kept as values. */
  readonly mentioned = new Set<string>()
  /** Of estimators, sorted. */
  readonly sklearnVersions: readonly string[]

  private readonly versions = new Set<string>()
  /** How each object was come by first; the root has no entry of interest. */
  private readonly origins = new Map<Value, readonly [parent: Value, step: Step]>()
  /** The first object of each class, or the name itself. */
  private readonly holders = new Map<string, Value>()

  /**
   * Visits every object once, those near the root first, and without recursion: files nest deeper than a call stack,
   * and refer to themselves.
   */
  constructor(private readonly root: Value) {
    this.meet(root, null, undefined)
    // A Map goes on to what is added while it is iterated.
    for (const value of this.origins.keys()) this.visit(value)
    const byNumber = new Intl.Collator('en', { numeric: true })
    this.sklearnVersions = [...this.versions].sort((a, b) => byNumber.compare(a, b))
  }

  /** Where a name stands first, such as `model.steps[1][1]`; undefined when nothing refers to it. */
  placeOf(path: string): string | undefined {
    const holder = this.holders.get(path)
    if (holder === undefined) return undefined
    const steps: Step[] = []
    for (let at = holder; at !== this.root;) {
      const [parent, step] = this.origins.get(at) ?? [this.root, undefined]
      steps.push(step)
      at = parent
    }
    let place = ''
    while (steps.length > 0 && place.length <= MAX_PLACE) place += describeStep(steps.pop())
    return place === '' ? 'the top' : (cutText(place, MAX_PLACE) + (place.length > MAX_PLACE ? '…' : '')).replace(/^\./, '')
  }

  private meet(value: Value | undefined, parent: Value, step: Step): void {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array || this.origins.has(value)) return
    this.origins.set(value, [parent, step])
  }

  private meetAll(values: readonly Value[], parent: Value): void {
    for (let i = 0; i < values.length; i++) this.meet(values[i], parent, i)
  }

  private visit(value: Value): void {
    if (value instanceof Instance) {
      const { path } = value.type
      this.made.set(path, (this.made.get(path) ?? 0) + 1)
      this.hold(path, value)
      const version = value.get('_sklearn_version')
      if (typeof version === 'string' && version.length <= MAX_STEP) this.versions.add(version)
      this.meetAll(value.args, value)
      for (const part of [value.kwargs, value.state, value.items, value.entries]) this.meet(part, value, undefined)
    } else if (value instanceof Global) {
      this.mentioned.add(value.path)
      this.hold(value.path, value)
    } else if (value instanceof Dict) {
      for (const [key, item] of value.entries) {
        this.meet(key, value, undefined)
        this.meet(item, value, typeof key === 'string' ? cutText(key, MAX_STEP) : '…')
      }
    } else if (Array.isArray(value)) this.meetAll(value, value)
    else if (value instanceof Tuple || value instanceof PySet) this.meetAll(value.items, value)
    else if (value instanceof NdArray && !(value.data instanceof Uint8Array)) this.meetAll(value.data, value)
  }

  private hold(path: string, value: Value): void {
    if (!this.holders.has(path)) this.holders.set(path, value)
  }
}

function describeStep(step: Step): string {
  return step === undefined ? '' : typeof step === 'number' ? `[${step}]` : `.${escapeText(step)}`
}
