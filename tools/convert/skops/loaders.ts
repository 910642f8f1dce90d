/** How each of skops' kinds of nodes becomes what the same object is in a pickle. */
import { evaluateCall } from '../pickle/calls.js'
import { setItems } from '../pickle/fill.js'
import { COST } from '../pickle/memory.js'
import { Dict, Global, Instance, Tuple, type Value } from '../pickle/values.js'
import { loadArray, loadDType } from './arrays.js'
import { readKey } from './dict-keys.js'
import { Node } from './node.js'
import { JsonObject, parsePythonJson } from './python-json.js'
import type { SkopsReader } from './read-skops.js'

export type Loader = (node: Node, reader: SkopsReader) => Value

export const LOADERS: Readonly<Record<string, Loader>> = {
  _DictWithDeprecatedKeysNode: loadDefaultDict,
  BytearrayNode: (node, reader) => reader.file(node),
  BytesNode: (node, reader) => reader.file(node),
  ConstructorFromReduceNode: (node, reader) => call(node, reader, reader.name(node), asTuple(reader.part(node, 'content'), node)),
  DTypeNode: loadDType,
  DefaultDictNode: loadDefaultDict,
  DictNode: loadDict,
  FunctionNode: loadFunction,
  JsonNode: loadJson,
  ListNode: loadList,
  LossNode: loadReduced,
  MaskedArrayNode: (node, reader) => {
    const content = contentOf(node)
    return instance(node, reader, [reader.part(content, 'data'), reader.part(content, 'mask')])
  },
  MethodNode: loadMethod,
  NdArrayNode: loadArray,
  ObjectNode: loadObject,
  OperatorFuncNode: (node, reader) => call(node, reader, reader.name(node), asTuple(reader.part(node, 'attrs'), node)),
  PartialNode: loadPartial,
  QuantileForestNode: loadReduced,
  RandomGeneratorNode: loadRandomGenerator,
  RandomStateNode: loadObject,
  SetNode: (node, reader) => call(node, reader, reader.name(node), new Tuple([reader.items(node, 'content')])),
  SliceNode: loadSlice,
  SparseMatrixNode: (node, reader) => {
    // Nothing that is converted reads one, but it must be there.
    reader.file(node)
    return instance(node, reader, [])
  },
  TreeNode: loadTree,
  TupleNode: (node, reader) => {
    reader.memory.take(COST.tuple)
    const items = new Tuple(reader.items(node, 'content'))
    return node.className === 'builtins.tuple' ? items : call(node, reader, reader.name(node), items)
  },
  TypeNode: (node, reader) => {
    if (node.text('__module__') === 'numpy') reader.noteNumpy(({ bool: 2, bool_: 1 } as const)[node.text('__class__')])
    return reader.name(node)
  }
}

function contentOf(node: Node): Node {
  return new Node(node.entries('content'), node.way)
}

function asTuple(value: Value, node: Node): Tuple {
  return value instanceof Tuple ? value : node.fail('its arguments are not a tuple')
}

function call(node: Node, reader: SkopsReader, name: Global, args: Tuple): Value {
  reader.checkCall(name, args.items, node)
  return evaluateCall(name, args, node.way.describe(), reader.memory)
}

function instance(node: Node, reader: SkopsReader, args: readonly Value[]): Instance {
  reader.memory.take(COST.instance)
  const made = new Instance(reader.name(node), args)
  made.writer = reader.writer
  return made
}

function withState(made: Instance, node: Node, reader: SkopsReader): Instance {
  const state = node.object.has('content') ? reader.part(node, 'content') : null
  if (state !== null) made.state = state
  return made
}

/** JSON as text, of what JSON has: numbers, text, true, false and null. */
function loadJson(node: Node, { memory }: SkopsReader): Value {
  const value = parsePythonJson(node.text('content'), node.way.describe(), memory)
  return Array.isArray(value) || value instanceof JsonObject ? node.fail('a list or an object as JSON, expected a number or text') : value
}

function loadList(node: Node, reader: SkopsReader): Value {
  const items = reader.items(node, 'content')
  reader.memory.take(COST.list)
  if (node.className === 'builtins.list') return items
  const list = instance(node, reader, [])
  list.items = items
  return list
}

function loadDict(node: Node, reader: SkopsReader): Value {
  const keyTypes = new Node(node.entries('key_types'), node.way).list('content').map(type => new Node(type, node.way))
  for (const type of keyTypes) if (type.text('__loader__') !== 'TypeNode') node.fail('a dict whose keys have something else than types')
  const entries = node.entries('content')
  if (keyTypes.length !== entries.size) node.fail(`${entries.size} entries with ${keyTypes.length} types of keys`)
  const flat: Value[] = []
  let i = 0
  for (const [text, value] of entries) {
    flat.push(readKey(text, keyTypes[i++].className, node), reader.readJson(value, node.way.to(`.${text}`)))
  }
  reader.memory.take(COST.dict)
  const dict = node.className === 'builtins.dict' ? new Dict() : call(node, reader, reader.name(node), new Tuple([]))
  if (dict instanceof Instance) dict.writer = reader.writer
  setItems(flat, dict, reader.memory)
  return dict
}

/** As pickles have it, without what makes the values of other keys. */
function loadDefaultDict(node: Node, reader: SkopsReader): Value {
  const content = contentOf(node)
  for (const key of ['default_factory', '_deprecated_key_to_new_key']) if (content.object.has(key)) reader.part(content, key)
  return reader.part(content, 'main')
}

function loadObject(node: Node, reader: SkopsReader): Instance {
  return withState(instance(node, reader, []), node, reader)
}

/** What `__reduce__` gave: the arguments of the class, and a state. */
function loadReduced(node: Node, reader: SkopsReader): Instance {
  const args = asTuple(reader.part(new Node(node.entries('__reduce__'), node.way), 'args'), node)
  return withState(instance(node, reader, args.items), node, reader)
}

/** skops makes a Tree of such a node whatever its class is said to be. */
function loadTree(node: Node, reader: SkopsReader): Instance {
  if (node.className !== 'sklearn.tree._tree.Tree') node.fail(`a tree of the class ${node.className}, expected sklearn.tree._tree.Tree`)
  return loadReduced(node, reader)
}

/** Protocol 0 has the name in other places. */
function loadFunction(node: Node, reader: SkopsReader): Value {
  if (reader.protocol > 0) return reader.name(node)
  const content = contentOf(node)
  return reader.checkedName(content.text('module_path'), content.text('function'), node)
}

/** `partial(function)` with the state that Python gives it. */
function loadPartial(node: Node, reader: SkopsReader): Instance {
  const content = contentOf(node)
  const [func, args, kwds, namespace] = ['func', 'args', 'kwds', 'namespace'].map(key => reader.part(content, key, `.${key}`))
  const made = instance(node, reader, [func])
  made.state = new Tuple([func, args, kwds, namespace])
  return made
}

/** A bound method is a call of getattr, as in a pickle. */
function loadMethod(node: Node, reader: SkopsReader): Value {
  const content = contentOf(node)
  const owner = reader.part(content, 'obj')
  if (!(owner instanceof Instance) || new Node(content.object.get('obj'), node.way).className !== node.className) {
    return node.fail('a method of an object of another class')
  }
  const getattr = new Global('builtins', 'getattr')
  getattr.opaque = true
  return call(node, reader, getattr, new Tuple([owner, content.text('func')]))
}

function loadRandomGenerator(node: Node, reader: SkopsReader): Instance {
  const content = contentOf(node)
  // Protocol 0 has the state as plain JSON, of which nothing is read.
  const parts = reader.protocol === 0 ? [] : ['bit_generator', 'seed_seq'].filter(key => content.object.has(key))
  return instance(node, reader, parts.map(key => reader.part(content, key)))
}

/** Its numbers, or the names of columns, are plain JSON. */
function loadSlice(node: Node, reader: SkopsReader): Value {
  const content = node.entries('content')
  const bounds = ['start', 'stop', 'step'].map(key => content.get(key) ?? null)
    .map(bound => Array.isArray(bound) || bound instanceof JsonObject ? node.fail('a slice of neither numbers nor names') : bound)
  return call(node, reader, reader.name(node), new Tuple(bounds))
}
