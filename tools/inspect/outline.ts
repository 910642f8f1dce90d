/**
 * The bounded tree that is shown of an object graph. It is laid out breadth first, so that what is near the top is
 * there whatever else the file holds, and without recursion. A value that stands in several places is laid out once.
 */
import { NdArray } from '../convert/pickle/numpy.js'
import { Dict, Global, Instance, Tuple, type Value } from '../convert/pickle/values.js'
import { briefText, briefValue, isPlain, itemsOf, take, type Brief, type BriefLimits } from './brief.js'
import { cutText, escapeText, quoteText } from '../terminal/escape.js'
import { hasContent, hasIdentity, isShort, kindOf, soleObject } from './value-form.js'

/** One line of the tree. */
export interface OutlineNode {
  /** Attribute, dict key or `[index]`; absent at the root. */
  key?: string
  /** From the root, such as `model.steps[0]`, as error messages of a conversion have it. */
  path: string
  value: Brief
  /** Path of the place that shows the value, when this one does not. */
  sameAs?: string
  /** Of an estimator, where it differs from what is around it. */
  sklearnVersion?: string
  /** Short attributes of an estimator that it was made with, and that fitting gave it; of other objects, all. */
  parameters?: Record<string, Brief>
  fitted?: Record<string, Brief>
  attributes?: Record<string, Brief>
  children?: OutlineNode[]
  /** Children that are left out, and what they have in common. */
  more?: Array<{ after: number, count: number, of: string }>
  /** There is more below, past the limits. */
  hidden?: true
}

export interface OutlineLimits extends BriefLimits {
  /** Levels below the root. */
  readonly depth: number
  /** Nodes in all, roughly: what has been begun is finished. */
  readonly nodes: number
  /** Children of a node. */
  readonly children: number
  /** How many alike, one after the other, before all but the first are left out. */
  readonly alike: number
  /** Elements of a list that are compared for that. */
  readonly look: number
}

interface Pending {
  readonly node: OutlineNode
  readonly value: Value
  readonly depth: number
  readonly sklearnVersion: string | undefined
}

interface Child {
  readonly key: string
  /** What it adds to the path. */
  readonly step: string
  readonly value: Value
  /** For elements of a list, what makes neighbours alike. */
  readonly kind?: string | undefined
}

interface Layout {
  readonly children: readonly Child[]
  /** How many more there are. */
  readonly omitted: number
}

/** Hundreds of words of which nothing can be read. */
const RANDOM_STATE = /^numpy\.random\._pickle\.__\w+_ctor$/
const VERSION = '_sklearn_version'
const MAX_KEY = 80
const MAX_PATH = 300
const MAX_ATTRIBUTES = 200
const MAX_SHORT = 40

/** The tree below `root`, within the limits. */
export function outlineValue(root: Value, limits: OutlineLimits): OutlineNode {
  return new Outliner(limits).run(root)
}

class Outliner {
  private readonly queue: Pending[] = []
  /** Where each container and object is shown. */
  private readonly shown = new Map<Value, string>()
  private count = 0

  constructor(private readonly limits: OutlineLimits) {}

  run(root: Value): OutlineNode {
    const node = this.add({ key: '', step: '', value: root }, '', 0, undefined)
    delete node.key
    // The queue grows as it is read.
    for (const pending of this.queue) this.expand(pending)
    return node
  }

  private add(child: Child, parent: string, depth: number, sklearnVersion: string | undefined): OutlineNode {
    const { key, step, value } = child
    this.count++
    const path = cutText(parent === '' ? step.replace(/^\./, '') : parent + step, MAX_PATH)
    const node: OutlineNode = { key, path, value: this.describe(value) }
    const [subject, subjectPath] = this.subjectOf(value, path)
    const earlier = this.shown.get(subject)
    if (earlier !== undefined) node.sameAs = earlier
    else if (hasIdentity(subject)) {
      this.shown.set(subject, subjectPath)
      if (subject instanceof Instance || !isPlain(subject)) {
        this.queue.push({ node, value: subject, depth, sklearnVersion })
      }
    }
    return node
  }

  /** Containers whose elements get lines of their own say here only how many there are. */
  private describe(value: Value): Brief {
    const expands = hasIdentity(value) && !(value instanceof Instance) && !isPlain(value) && soleObject(value) < 0
    return briefValue(value, expands ? { ...this.limits, items: 0 } : this.limits)
  }

  /** What is laid out below a line: the value, or of `('name', estimator, columns)` the estimator. */
  private subjectOf(value: Value, path: string): [subject: Value, path: string] {
    const index = soleObject(value)
    return value instanceof Tuple && index >= 0 ? [value.items[index], `${path}[${index}]`] : [value, path]
  }

  private expand({ node, value, depth, sklearnVersion }: Pending): void {
    const isNoise = value instanceof Instance && RANDOM_STATE.test(value.type.path) && this.limits.alike < Infinity
    if (isNoise || depth >= this.limits.depth || this.count >= this.limits.nodes) {
      if (!(value instanceof Instance) || hasContent(value)) node.hidden = true
      return
    }
    const path = this.shown.get(value) ?? node.path
    let version = sklearnVersion
    if (value instanceof Instance) {
      const own = value.get(VERSION)
      if (typeof own === 'string' && own !== sklearnVersion) node.sklearnVersion = version = cutText(own, MAX_SHORT)
    }
    const layout = value instanceof Instance ? this.layOutInstance(node, value) : this.layOut(value)
    const room = Math.max(1, Math.min(this.limits.children, this.limits.nodes - this.count))
    const kept = this.elide(node, layout, room)
    if (kept.length > 0) node.children = kept.map(child => this.add(child, path, depth + 1, version))
  }

  private layOutInstance(node: OutlineNode, value: Instance): Layout {
    const { state } = value
    const children: Child[] = value.args.slice(0, this.limits.children).flatMap((item, i) =>
      isPlain(item) ? [] : [{ key: `argument ${i + 1}`, step: `(${i})`, value: item }])
    let omitted = 0
    if (value.kwargs !== undefined) children.push({ key: 'keywords', step: '(**)', value: value.kwargs })
    if (state instanceof Dict) {
      const attributes = take(state.entries, MAX_ATTRIBUTES)
      omitted += state.entries.size - attributes.length
      children.push(...this.layOutAttributes(node, attributes))
    } else if (state !== undefined) children.push({ key: 'state', step: '.state', value: state })
    for (const content of [value.items, value.entries]) {
      if (content === undefined) continue
      const inner = this.layOut(content)
      children.push(...inner.children)
      omitted += inner.omitted
    }
    return { children, omitted }
  }

  /** Short attributes go to the node's own lists; the others are children, parameters first. */
  private layOutAttributes(node: OutlineNode, attributes: Array<[key: Value, value: Value]>): Child[] {
    const isEstimator = attributes.some(([key]) => key === VERSION || isFitted(key))
    const groups: Record<'parameters' | 'fitted' | 'attributes', Array<[key: Value, value: Value]>> = {
      parameters: [], fitted: [], attributes: []
    }
    for (const entry of attributes) {
      const [key] = entry
      if (key === VERSION) continue
      groups[!isEstimator ? 'attributes' : isFitted(key) || isPrivate(key) ? 'fitted' : 'parameters'].push(entry)
    }
    groups.fitted.sort(([a], [b]) => Number(isPrivate(a)) - Number(isPrivate(b)))
    const children: Child[] = []
    for (const [group, entries] of Object.entries(groups) as Array<[keyof typeof groups, typeof groups.fitted]>) {
      const short = entries.filter(([, value]) => isShort(value))
      if (short.length > 0) {
        const named = short.map(([key, value]) => [this.keyText(key), briefValue(value, this.limits)] as const)
        node[group] = Object.fromEntries(named)
      }
      children.push(...entries.filter(([, value]) => !isShort(value)).map(entry => this.keyed(entry)))
    }
    return children
  }

  private layOut(value: Value): Layout {
    if (value instanceof Dict) {
      const entries = take(value.entries, this.limits.children)
      return { children: entries.map(entry => this.keyed(entry)), omitted: value.entries.size - entries.length }
    }
    const items = value instanceof NdArray ? value.data as readonly Value[] : itemsOf(value as readonly Value[])
    const looked = items.slice(0, this.limits.look)
    return {
      children: looked.map((item, i) => ({ key: `[${i}]`, step: `[${i}]`, value: item, kind: kindOf(item) })),
      omitted: items.length - looked.length
    }
  }

  /** Leaves out all but the first of a run that is alike, and what is more than there is room for. */
  private elide(node: OutlineNode, { children, omitted }: Layout, room: number): Child[] {
    const kept: Child[] = []
    const more: NonNullable<OutlineNode['more']> = []
    let i = 0
    while (i < children.length && kept.length < room) {
      const { kind } = children[i]
      let end = i + 1
      if (kind !== undefined) while (end < children.length && children[end].kind === kind) end++
      if (kind !== undefined && end - i >= this.limits.alike) {
        kept.push(children[i])
        more.push({ after: kept.length, count: end - i - 1, of: kind })
        i = end
      } else {
        kept.push(children[i])
        i++
      }
    }
    const rest = children.length - i + omitted
    if (rest > 0) more.push({ after: kept.length, count: rest, of: '' })
    if (more.length > 0) node.more = more
    return kept
  }

  private keyed([key, value]: [key: Value, value: Value]): Child {
    const text = this.keyText(key)
    const step = typeof key === 'string' ? `.${escapeText(text)}` : `[${escapeText(text)}]`
    return { key: text, step, value }
  }

  /** A dict key as the label of its line: strings are themselves, others as short as they can be. */
  private keyText(key: Value): string {
    if (typeof key === 'string') return key.length > MAX_KEY ? `${cutText(key, MAX_KEY)}…` : key
    if (key instanceof Tuple) return `(${key.items.slice(0, 4).map(item => keyItem(item)).join(', ')})`
    return keyItem(key)
  }
}

function keyItem(key: Value): string {
  if (key === null) return 'None'
  if (typeof key === 'boolean') return key ? 'True' : 'False'
  if (typeof key === 'number') return String(key)
  if (typeof key === 'bigint') return cutText(String(key), MAX_SHORT)
  if (typeof key === 'string') return quoteText(cutText(key, MAX_SHORT))
  const brief = briefText(key instanceof Global ? key.path : key instanceof Instance ? key.type.path : '…')
  return typeof brief === 'string' ? cutText(brief, MAX_KEY) : '…'
}

/** Attributes that fitting gives an estimator end in an underscore, says scikit-learn's convention. */
function isFitted(key: Value): boolean {
  return typeof key === 'string' && /[^_]_$/.test(key.slice(-2)) && !isPrivate(key)
}

function isPrivate(key: Value): boolean {
  return typeof key === 'string' && key.startsWith('_')
}
