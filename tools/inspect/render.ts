/** An inspection as text for a terminal. */
import type { Brief } from './brief.js'
import { cutText, escapeText } from '../terminal/escape.js'
import { count, formatBrief, isObject, lastOf } from './format-brief.js'
import type { Inspection, NameFound } from './inspect-file.js'
import type { Support } from './judge-name.js'
import type { OutlineNode } from './outline.js'

type Style = 'bold' | 'dim' | 'cyan' | 'green' | 'yellow' | 'red'

export interface RenderOptions {
  /** Columns; longer lines are cut. */
  readonly width: number
  /** Colours, or not. */
  readonly paint: (style: Style, text: string) => string
}

type Segment = readonly [text: string, style?: Style]

const MIN_INLINE = 24
const MAX_INLINE = 90
const MAX_ATTRIBUTE = 48
const MAX_LABEL = 28
const MAX_SECTION_LINES = 8
const MAX_NAME_LINES = 12

const MARKS: Readonly<Record<Support, Segment | undefined>> = {
  supported: undefined,
  unsupported: ['not supported by convert', 'yellow'],
  dangerous: ['dangerous', 'red']
}

/** The summary and the tree. Everything that comes from the file is escaped. */
export function renderInspection(inspection: Inspection, options: RenderOptions): string {
  const printer = new Printer(options)
  printer.summarize(inspection)
  printer.line([])
  printer.tree(inspection.tree)
  if (hasHidden(inspection.tree)) {
    printer.line([])
    printer.line([['… stands for more: see --depth, --all and --json', 'dim']])
  }
  return printer.lines.join('\n')
}

/** Names that are not supported, for a file that could not be read to its end. */
export function renderNames(names: readonly NameFound[], options: RenderOptions): string {
  const printer = new Printer(options)
  printer.names(names, 0)
  return printer.lines.join('\n')
}

class Printer {
  readonly lines: string[] = []

  constructor(private readonly options: RenderOptions) {}

  /** Cuts at the width, then paints. Far below the top lines may be longer, to say anything at all. */
  line(segments: readonly Segment[], indent = 0): void {
    let room = Math.max(this.options.width, indent + 2 * MIN_INLINE)
    let text = ''
    for (const [part, style] of segments) {
      if (room <= 0) break
      const fitting = part.length <= room ? part : `${cutText(part, room - 1)}…`
      room -= part.length
      text += style === undefined || fitting === '' ? fitting : this.options.paint(style, fitting)
    }
    this.lines.push(text.trimEnd())
  }

  summarize({ file, bytes, container, format, protocol, sklearnVersions, names, moreNames }: Inspection): void {
    const facts = [
      describeSize(bytes),
      container === 'raw' ? 'not compressed' : `compressed (${container})`,
      format ?? `pickle protocol ${protocol}`,
      ...sklearnVersions.length > 0 ? [`scikit-learn ${sklearnVersions.slice(0, 5).map(escapeText).join(', ')}`]
        : format === undefined ? ['no scikit-learn version'] : []
    ]
    const name = escapeText(file)
    if (name.length + 2 + facts.join(', ').length <= this.options.width) {
      this.line([[name, 'bold'], ['  '], [facts.join(', ')]])
    } else {
      this.line([[name, 'bold']])
      this.paragraph([['  ']], facts, ', ', MAX_NAME_LINES)
    }
    this.names(names, moreNames)
  }

  names(names: readonly NameFound[], moreNames: number): void {
    const of = (support: Support) => names.filter(name => name.support === support)
    const supported = of('supported').map(({ name, count }) => `${count.toLocaleString('en')} ${lastOf(name)}`)
    this.paragraph([['supported      ', 'green']], supported.map(escapeText), ', ', MAX_NAME_LINES)
    this.nameList('not supported  ', 'yellow', of('unsupported'))
    this.nameList('dangerous      ', 'red', of('dangerous'))
    if (moreNames > 0) this.line([['not listed     ', 'red'], [count(moreNames, 'more name')]])
    if (of('dangerous').length > 0) {
      this.line([['To open this file in Python could run code of its author. Here nothing was run.', 'red']])
    }
  }

  private nameList(title: string, style: Style, names: readonly NameFound[]): void {
    names.slice(0, MAX_NAME_LINES).forEach(({ name, count: times, place }, i) => {
      const where = place === undefined ? 'not kept in the result' : `at ${place}`
      const what = times > 1 ? `${times.toLocaleString('en')}, the first ${where}` : where
      this.line([[i === 0 ? title : ' '.repeat(title.length), style], [escapeText(name)], ['  '], [what, 'dim']])
    })
    if (names.length > MAX_NAME_LINES) {
      this.line([[' '.repeat(title.length)], [`… ${count(names.length - MAX_NAME_LINES, 'more name')}`, 'dim']])
    }
  }

  tree(root: OutlineNode): void {
    this.line(describeNode(root, this.options.width))
    this.below(root, '')
  }

  private below(node: OutlineNode, guide: string): void {
    const children = node.children ?? []
    const more = node.more ?? []
    const rows = children.length + more.length
    const sections = [['parameters', node.parameters], ['fitted', node.fitted], ['attributes', node.attributes]] as const
    for (const [title, attributes] of sections) {
      if (attributes === undefined) continue
      const parts = Object.entries(attributes).map(([key, value]) => `${escapeText(key)}=${formatBrief(value, MAX_ATTRIBUTE)}`)
      this.paragraph([[guide + (rows > 0 ? '│  ' : '   '), 'dim'], [title.padEnd(12), 'dim']], parts, ', ', MAX_SECTION_LINES)
    }
    const width = Math.min(MAX_LABEL, Math.max(0, ...children.map(({ key = '' }) => escapeText(key).length)))
    let row = 0
    const connect = () => ++row < rows ? '├─ ' : '└─ '
    const omit = (after: number) => {
      for (const { count: left, of } of more.filter(entry => entry.after === after)) {
        this.line([[guide + connect(), 'dim'], [`… ${left.toLocaleString('en')} more${of === '' ? '' : ` ${escapeText(of)}`}`, 'dim']], guide.length)
      }
    }
    omit(0)
    children.forEach((child, i) => {
      const connector = connect()
      const label = escapeText(child.key ?? '').padEnd(width)
      const room = this.options.width - guide.length - connector.length - label.length - 2
      this.line([[guide + connector, 'dim'], [label], ['  '], ...describeNode(child, room)], guide.length)
      this.below(child, guide + (row < rows ? '│  ' : '   '))
      omit(i + 1)
    })
  }

  /** Wraps parts at the width; every line after the first starts below the first part. */
  private paragraph(head: readonly Segment[], parts: readonly string[], separator: string, maxLines: number): void {
    if (parts.length === 0) return
    const [first, ...rest] = head
    const indent = head.reduce((sum, [text]) => sum + text.length, 0)
    const room = Math.max(20, this.options.width - indent)
    const lines = ['']
    parts.forEach((part, i) => {
      const text = i < parts.length - 1 ? part + separator : part
      if (lines[lines.length - 1] !== '' && lines[lines.length - 1].length + text.trimEnd().length > room) lines.push('')
      lines[lines.length - 1] += text
    })
    const guide: Segment = rest.length > 0 ? first : [' '.repeat(first[0].length)]
    const blank: Segment[] = [guide, [' '.repeat(indent - guide[0].length)]]
    lines.slice(0, maxLines).forEach((text, i) => this.line([...(i === 0 ? head : blank), [text.trimEnd()]]))
    if (lines.length > maxLines) this.line([...blank, [`… ${count(lines.length - maxLines, 'more line')}`, 'dim']])
  }
}

/** The value and what is noted of it. @param room characters; the value is cut so that the notes are not */
function describeNode(node: OutlineNode, room: number): Segment[] {
  const { value, sameAs, sklearnVersion, hidden } = node
  const notes: Segment[] = []
  if (sameAs !== undefined) notes.push([`  same as ${sameAs === '' ? 'the top' : sameAs}`, 'dim'])
  if (sklearnVersion !== undefined) notes.push([`  scikit-learn ${escapeText(sklearnVersion)}`, 'dim'])
  if (hidden === true) notes.push(['  …', 'dim'])
  const mark = MARKS[supportOf(value)]
  if (mark !== undefined) notes.push(['  '], mark)
  const left = Math.max(room - notes.reduce((sum, [note]) => sum + note.length, 0), MIN_INLINE)
  const full = formatBrief(value, Math.min(left, MAX_INLINE), childKind(node))
  const text = full.length <= left ? full : `${cutText(full, left - 1)}…`
  return [isObject(value) ? [text, 'cyan'] : [text], ...notes]
}

/** The worst of a value and, for a short tuple, of what is in it. */
function supportOf(value: Brief): Support {
  if (typeof value !== 'object' || value === null) return 'supported'
  if (value.type === 'object' || value.type === 'name') return value.support
  const inner = value.type === 'tuple' ? value.items.map(supportOf) : []
  return inner.includes('dangerous') ? 'dangerous' : inner.includes('unsupported') ? 'unsupported' : 'supported'
}

/** `DecisionTreeClassifier`, when the children are nothing else. */
function childKind({ children, more }: OutlineNode): string | undefined {
  return children?.length === 1 && more?.length === 1 && more[0].of !== '' ? more[0].of : undefined
}

function hasHidden({ hidden, more, children }: OutlineNode): boolean {
  return hidden === true || more !== undefined || (children ?? []).some(hasHidden)
}

function describeSize(bytes: number): string {
  return bytes < 1e4 ? count(bytes, 'byte') : bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(2)} MB`
}
