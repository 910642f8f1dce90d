/** Briefs as Python would write them, on one escaped line. */
import type { Brief, ObjectBrief, SequenceBrief } from './brief.js'
import type { ArrayBrief } from './brief-array.js'
import { cutText, escapeText, quoteText } from '../terminal/escape.js'

const MAX_TEXT = 60
const MAX_DIGITS = 60
const MAX_DTYPE = 30

/**
 * One line for a value. Containers say as many elements as there is room for.
 * @param room characters; a single element may take more
 * @param of what a list that shows no elements is made of
 */
export function formatBrief(brief: Brief, room: number, of?: string): string {
  if (brief === null) return 'None'
  if (typeof brief === 'boolean') return brief ? 'True' : 'False'
  if (typeof brief === 'number') return String(brief)
  if (typeof brief === 'string') return formatText(brief, brief.length)
  switch (brief.type) {
    case 'float': return brief.value
    case 'int': return formatDigits(brief.value)
    case 'str': return formatText(brief.start, brief.length)
    case 'bytes': return `${count(brief.length, 'byte')} ${brief.hex}${brief.hex.length < brief.length * 2 ? '…' : ''}`
    case 'name': return escapeText(brief.name)
    case 'dtype': return `dtype ${escapeText(cutText(brief.dtype, MAX_DTYPE))}`
    case 'object': return formatObject(brief, room)
    case 'array': return formatArray(brief, room)
    case 'dict': {
      if (brief.length > 0 && brief.entries.length === 0) return `dict of ${brief.length.toLocaleString('en')}`
      const items = brief.entries.map(([key, value]) => `${formatBrief(key, room / 3)}: ${formatBrief(value, room / 3)}`)
      return `{${joinItems(items, brief.length, room)}}`
    }
    default: return formatSequence(brief, room, of)
  }
}

/** Supported classes go by their name alone. */
function formatObject({ class: path, support, args }: ObjectBrief, room: number): string {
  const name = escapeText(support === 'supported' ? lastOf(path) : path)
  if (args === undefined) return name
  return `${name}(${joinItems(args.map(item => formatBrief(item, room / 2)), args.length, room - name.length)})`
}

function formatSequence({ type, length, items }: SequenceBrief, room: number, of: string | undefined): string {
  if (length > 0 && items.length === 0) {
    return `${type} of ${length.toLocaleString('en')}${of === undefined ? '' : ` ${escapeText(of)}`}`
  }
  if (type === 'set' && length === 0) return 'set()'
  const [open, close] = { list: ['[', ']'], tuple: ['(', length === 1 ? ',)' : ')'], set: ['{', '}'] }[type]
  return open + joinItems(items.map(item => formatBrief(item, room / 3)), length, room) + close
}

function formatArray({ dtype, shape, fields, values, min, max, nan }: ArrayBrief, room: number): string {
  const size = shape.reduce((product, length) => product * length, 1)
  const head = `${escapeText(cutText(dtype, MAX_DTYPE))} (${shape.join(', ')}${shape.length === 1 ? ',' : ''})`
  const left = room - head.length - 4
  const parts = [head]
  if (fields !== undefined) parts.push(joinItems(fields.map(escapeText), fields.length, left))
  if (values !== undefined && values.length > 0) parts.push(`[${joinItems(values.map(formatElement), size, left)}]`)
  if (min !== undefined && max !== undefined) parts.push(`${formatElement(min)} to ${formatElement(max)}`)
  if (nan !== undefined) parts.push(`${nan.toLocaleString('en')} NaN`)
  return parts.join('  ')
}

/** Numbers to six digits: enough to recognise them. */
function formatElement(brief: Brief): string {
  const isFraction = typeof brief === 'number' && !Number.isInteger(brief)
  return isFraction ? String(Number(brief.toPrecision(6))) : formatBrief(brief, MAX_TEXT)
}

/** At least one, and then as many as there is room for. */
function joinItems(items: readonly string[], total: number, room: number): string {
  let text = ''
  for (const [i, item] of items.entries()) {
    const next = i === 0 ? item : `${text}, ${item}`
    const rest = i + 1 < total ? ', … 99 more'.length : 0
    if (i > 0 && next.length + rest > room) return `${text}, … ${(total - i).toLocaleString('en')} more`
    text = next
  }
  const left = total - items.length
  return left > 0 ? `${text}, … ${left.toLocaleString('en')} more` : text
}

function formatText(start: string, length: number): string {
  return length <= MAX_TEXT ? quoteText(start) : `${quoteText(cutText(start, MAX_TEXT - 12))}… (${count(length, 'character')})`
}

function formatDigits(digits: string): string {
  return digits.length <= MAX_DIGITS ? digits : `${digits.slice(0, 20)}… (${count(digits.length, 'digit')})`
}

export function isObject(value: Brief): value is ObjectBrief {
  return typeof value === 'object' && value !== null && value.type === 'object'
}

/** The class name in a dotted path. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}

/** `1 tree`, `2 trees`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`
}
