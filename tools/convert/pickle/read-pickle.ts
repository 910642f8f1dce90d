/**
 * Reads a pickle, protocols 0 to 5, or a joblib file, without executing anything: the byte-code runs on a stack machine
 * whose only products are plain data (values.ts). Classes are names, checked against an allow-list as they appear.
 */
import { buildArray, evaluateCall, assertNotDiscarded } from './calls.js'
import { Cursor, decodeLatin1 } from './cursor.js'
import { ConvertError } from '../errors/convert-error.js'
import { addItems, appendTo, setItems } from './fill.js'
import { isArrayWrapper, readWrappedArray, assertNoCompanionFiles } from './joblib.js'
import { decodeLong, decodeRawUnicodeEscape, decodeStringRepr, parseFloat0, parseInt0, parseLong } from './literals.js'
import { Memo, parseIndex } from './memo.js'
import { COST, Memory } from './memory.js'
import { UnknownNameError, normalizeGlobal, numpyMajorOf, type CheckCall, type CheckName } from './names.js'
import { DType, NdArray } from './numpy.js'
import { Op, describeOpcode } from './opcodes.js'
import { PickleError } from './pickle-error.js'
import { Stack } from './stack.js'
import {
  Concatenated, Dict, Global, Instance, PySet, Tuple, describeValue, opaqueName, type Value, type Writer
} from './values.js'

const MAX_PROTOCOL = 5

/** joblib nests one pickle in another for each array of objects in an array of objects; real files nest once. */
const MAX_NESTED_PICKLES = 8

/** Real names have fewer characters; the machine that reads them keeps each. */
const MAX_NAME = 1000

export interface ReadOptions {
  readonly checkName: CheckName
  readonly checkCall?: CheckCall
  /** Size of the file before it was decompressed, by which memory is bounded; that of `bytes` by default. */
  readonly fileBytes?: number
}

/**
 * @param bytes an uncompressed pickle or joblib stream, or several, one after another, which then are
 * {@link Concatenated}
 * @throws PickleError naming the byte where the stream stops making sense
 */
export function readPickle(bytes: Uint8Array, options: ReadOptions): Value {
  const memory = new Memory(options.fileBytes ?? bytes.length)
  const cursor = new Cursor(bytes)
  const writer: Writer = { numpyMajor: undefined }
  const readNext = () => new PickleMachine(cursor, options, 0, memory, writer).run()
  const first = readNext()
  if (cursor.remaining === 0) return first
  const objects = [first]
  while (cursor.remaining > 0) objects.push(readFollowing(cursor, readNext))
  return new Concatenated(objects)
}

/** What follows an object: Python reads it with a second load() from the same file, and nothing else tells of it. */
function readFollowing(cursor: Cursor, readNext: () => Value): Value {
  const { offset, remaining } = cursor
  try {
    return readNext()
  } catch (error) {
    if (!(error instanceof ConvertError) || error instanceof UnknownNameError) throw error
    throw new PickleError(offset, `the pickle ends here, and ${remaining} bytes follow that are not another one (${error.problem})`, {
      hint: 'Save the model in a file of its own, or copy or download it again.', cause: error
    })
  }
}

class PickleMachine {
  private readonly stack = new Stack()
  private readonly memo = new Memo()

  constructor(
    private readonly cursor: Cursor,
    private readonly options: ReadOptions,
    private readonly nesting: number,
    private readonly memory: Memory,
    private readonly writer: Writer
  ) {}

  run(): Value {
    for (;;) {
      const offset = this.cursor.offset
      const code = this.cursor.u8()
      if (code === Op.STOP) return this.stop(offset)
      try {
        this.step(code, offset)
      } catch (error) {
        if (!(error instanceof ConvertError) || error instanceof PickleError) throw error
        const hint = error.hint ?? (offset === 0 ? 'Is this a pickle at all?' : undefined)
        throw new PickleError(offset, `${describeOpcode(code)}: ${error.problem}`, hint === undefined ? {} : { hint })
      }
    }
  }

  private stop(offset: number): Value {
    if (!this.stack.isSingle) {
      throw new PickleError(offset, `STOP with ${this.stack.size} objects on the stack, expected exactly one`)
    }
    return this.stack.top()
  }

  private step(code: number, offset: number): void {
    const { cursor, stack } = this
    this.memory.take(COST.opcode)
    switch (code) {
      case Op.PROTO: return checkProtocol(cursor.u8())
      case Op.FRAME: return checkFrame(cursor.u64(), cursor.remaining)

      case Op.MARK: return stack.mark()
      case Op.POP: return this.discard()
      case Op.POP_MARK: return void stack.popMark()
      case Op.DUP: return this.push(stack.top())

      case Op.NONE: return this.push(null)
      case Op.NEWTRUE: return this.push(true)
      case Op.NEWFALSE: return this.push(false)
      case Op.INT: return this.push(parseInt0(cursor.line()))
      case Op.BININT: return this.push(cursor.i32())
      case Op.BININT1: return this.push(cursor.u8())
      case Op.BININT2: return this.push(cursor.u16())
      case Op.LONG: return this.pushInteger(parseLong(cursor.line()))
      case Op.LONG1: return this.pushInteger(decodeLong(cursor.slice(cursor.u8())))
      case Op.LONG4: return this.pushInteger(decodeLong(cursor.slice(cursor.signedLength())))
      case Op.FLOAT: return this.push(parseFloat0(cursor.line()))
      case Op.BINFLOAT: return this.push(cursor.f64BigEndian())

      case Op.UNICODE: return this.pushText(decodeRawUnicodeEscape(cursor.line()))
      case Op.BINUNICODE: return this.pushText(cursor.utf8(cursor.u32()))
      case Op.SHORT_BINUNICODE: return this.pushText(cursor.utf8(cursor.u8()))
      case Op.BINUNICODE8: return this.pushText(cursor.utf8(cursor.u64()))
      // Python 2's str, bytes or text as its reader sees fit: Latin-1 keeps every byte.
      case Op.STRING: return this.pushText(decodeStringRepr(cursor.line()))
      case Op.BINSTRING: return this.pushText(decodeLatin1(cursor.slice(cursor.signedLength())))
      case Op.SHORT_BINSTRING: return this.pushText(decodeLatin1(cursor.slice(cursor.u8())))
      case Op.BINBYTES: return this.make(cursor.slice(cursor.u32()), COST.slice)
      case Op.SHORT_BINBYTES: return this.make(cursor.slice(cursor.u8()), COST.slice)
      case Op.BINBYTES8:
      case Op.BYTEARRAY8: return this.make(cursor.slice(cursor.u64()), COST.slice)

      case Op.EMPTY_TUPLE: return this.make(new Tuple([]), COST.tuple)
      case Op.TUPLE1: return this.make(new Tuple(stack.popMany(1)), COST.tuple)
      case Op.TUPLE2: return this.make(new Tuple(stack.popMany(2)), COST.tuple)
      case Op.TUPLE3: return this.make(new Tuple(stack.popMany(3)), COST.tuple)
      case Op.TUPLE: return this.make(new Tuple(stack.popMark()), COST.tuple)
      case Op.EMPTY_LIST: return this.make([], COST.list)
      case Op.LIST: return this.make(stack.popMark(), COST.list)
      case Op.APPEND: return appendTo([stack.pop()], stack.top())
      case Op.APPENDS: return appendTo(stack.popMark(), stack.top())
      case Op.EMPTY_DICT: return this.make(new Dict(), COST.dict)
      case Op.DICT: return this.pushDict(stack.popMark())
      case Op.SETITEM: return setItems(stack.popMany(2), stack.top(), this.memory)
      case Op.SETITEMS: return setItems(stack.popMark(), stack.top(), this.memory)
      case Op.EMPTY_SET: return this.make(new PySet(), COST.set)
      case Op.ADDITEMS: return addItems(stack.popMark(), stack.top())
      case Op.FROZENSET: return this.make(new PySet(stack.popMark()), COST.set)

      case Op.GLOBAL: return this.push(this.name(cursor.line(), cursor.line(), offset))
      case Op.STACK_GLOBAL: return this.pushStackGlobal(offset)
      case Op.REDUCE: return this.call(offset)
      case Op.NEWOBJ: return this.call(offset)
      case Op.NEWOBJ_EX: return this.callWithKeywords(offset)
      case Op.INST: {
        const type = this.name(cursor.line(), cursor.line(), offset)
        return this.evaluate(type, new Tuple(stack.popMark()), offset)
      }
      case Op.OBJ: {
        const [type, ...args] = stack.popMark()
        return this.evaluate(type, new Tuple(args), offset)
      }
      case Op.BUILD: return this.build(stack.pop())

      case Op.PUT: return this.memoize(parseIndex(cursor.line()))
      case Op.BINPUT: return this.memoize(cursor.u8())
      case Op.LONG_BINPUT: return this.memoize(cursor.u32())
      case Op.MEMOIZE: return this.memoize(this.memo.size)
      case Op.GET: return this.push(this.recall(parseIndex(cursor.line())))
      case Op.BINGET: return this.push(this.recall(cursor.u8()))
      case Op.LONG_BINGET: return this.push(this.recall(cursor.u32()))

      case Op.PERSID:
      case Op.BINPERSID: throw new ConvertError('persistent ids refer to something outside the file and are refused')
      case Op.EXT1:
      case Op.EXT2:
      case Op.EXT4: throw new ConvertError('extension codes refer to a registry outside the file and are refused')
      case Op.NEXT_BUFFER:
      case Op.READONLY_BUFFER: throw new ConvertError(
        'the array data was pickled out of band and is not in this file',
        { hint: 'Re-save it: joblib.dump(model, "model.pkl").' }
      )
      default: throw new PickleError(
        offset,
        `${describeOpcode(code)} is not a pickle opcode`,
        { hint: offset === 0 ? 'Is this a pickle at all?' : 'The file is damaged.' }
      )
    }
  }

  private push(value: Value): void {
    this.memory.take(COST.entry)
    this.stack.push(value)
  }

  /** @param cost bytes that the value takes by itself: what is in it was counted when it was pushed */
  private make(value: Value, cost: number): void {
    this.memory.take(cost)
    this.push(value)
  }

  private pushText(text: string): void {
    this.make(text, COST.text + text.length)
  }

  private pushInteger(integer: number | bigint): void {
    this.make(integer, typeof integer === 'bigint' ? COST.text : 0)
  }

  private pushDict(flat: Value[]): void {
    const dict = new Dict()
    this.make(dict, COST.dict)
    setItems(flat, dict, this.memory)
  }

  /** POP, which takes a mark where one is on top. */
  private discard(): void {
    if (!this.stack.dropMark()) assertNotDiscarded(this.stack.pop())
  }

  private name(module: string, name: string, offset: number): Global {
    const length = module.length + name.length
    if (length > MAX_NAME) throw new ConvertError(`a name of ${length} characters, expected at most ${MAX_NAME}`)
    this.memory.take(COST.name + length)
    const global = normalizeGlobal(module, name)
    this.writer.numpyMajor = numpyMajorOf(module) ?? this.writer.numpyMajor
    this.options.checkName(global, offset)
    return global
  }

  private pushStackGlobal(offset: number): void {
    const [module, name] = this.stack.popMany(2)
    if (typeof module !== 'string' || typeof name !== 'string') {
      throw new ConvertError(`a name must be two strs, not ${describeValue(module)} and ${describeValue(name)}`)
    }
    this.push(this.name(module, name, offset))
  }

  private call(offset: number): void {
    const [type, args] = this.stack.popMany(2)
    this.evaluate(type, args, offset)
  }

  private evaluate(type: Value, args: Value, offset: number): void {
    if (type instanceof Global && args instanceof Tuple) this.options.checkCall?.(type, args.items, offset)
    this.push(evaluateCall(type, args, offset, this.memory))
  }

  private callWithKeywords(offset: number): void {
    const [type, args, kwargs] = this.stack.popMany(3)
    const name = type instanceof Global ? type : opaqueName(type)
    if (name === undefined || !(args instanceof Tuple) || !(kwargs instanceof Dict)) {
      throw new PickleError(offset, 'NEWOBJ_EX needs a class, a tuple and a dict')
    }
    this.options.checkCall?.(name, args.items, offset)
    this.make(new Instance(name, args.items, kwargs), COST.instance)
  }

  private build(state: Value): void {
    const target = this.stack.top()
    if (target instanceof DType) {
      const names = state instanceof Tuple ? state.items[3] : undefined
      if (names instanceof Tuple) this.memory.take(COST.mapEntry * names.items.length)
      return target.build(state)
    }
    if (target instanceof NdArray) {
      const data = state instanceof Tuple ? state.items.at(-1) : undefined
      if (typeof data === 'string') this.memory.take(data.length)
      return void buildArray(target, state)
    }
    // State of a class that the file itself describes, which stays as opaque as it was.
    if (target instanceof Global && target.opaque) return
    if (!(target instanceof Instance)) throw new ConvertError(`cannot build ${describeValue(target)}`)
    assertNoCompanionFiles(target.type, state)
    target.state = state
    target.writer = this.writer
    if (isArrayWrapper(target)) {
      this.memory.take(COST.array)
      this.stack.replaceTop(readWrappedArray(target, this.cursor, () => this.readNested()))
    }
  }

  private readNested(): Value {
    if (this.nesting >= MAX_NESTED_PICKLES) throw new ConvertError(`pickles nested ${MAX_NESTED_PICKLES} deep`)
    return new PickleMachine(this.cursor, this.options, this.nesting + 1, this.memory, this.writer).run()
  }

  private memoize(index: number): void {
    this.memory.take(this.memo.set(index, this.stack.top()))
  }

  private recall(index: number): Value {
    const value = this.memo.get(index)
    if (value === undefined) throw new ConvertError(`memo entry ${index} was never stored`)
    return value
  }
}

function checkProtocol(protocol: number): void {
  if (protocol > MAX_PROTOCOL) {
    throw new ConvertError(`pickle protocol ${protocol}, expected 0 to ${MAX_PROTOCOL}`)
  }
}

/** Frames are a read-ahead hint: only that they fit into the file matters. */
function checkFrame(length: number, remaining: number): void {
  if (length > remaining) {
    throw new ConvertError(
      `the file ends too early: a frame of ${length} bytes is announced, ${remaining} are left`,
      { hint: 'The file is truncated or damaged. Copy or download it again.' }
    )
  }
}
