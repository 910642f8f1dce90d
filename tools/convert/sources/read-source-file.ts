import { basename } from 'node:path'
import { checkJsonSize } from './json-size.js'
import { openSkops, openSourceFile, type ModelFile, type OpenedFile, type OpenedSkops } from './open-file.js'
import { isCbm } from '../catboost/read-cbm.js'
import { isBoosterText } from '../lightgbm/read-text.js'
import { assertNotOnnx, isJsonText } from '../containers/container.js'
import { ConvertError, prefixFile } from '../errors/convert-error.js'
import { findName } from '../pickle/find-name.js'
import { UnknownNameError } from '../pickle/names.js'
import type { Position } from '../pickle/pickle-error.js'
import { readPickle } from '../pickle/read-pickle.js'
import { opaqueName, type Global, type Value } from '../pickle/values.js'
import { Allowance, Located } from '../common/located.js'
import type { SourceFile } from '../common/source-file.js'
import { describeOpaque } from '../common/opaque.js'
import { checkNames } from '../registry/registry.js'
import { METHOD, checkMethod } from '../sklearn/unread.js'
import { isOnnx } from '../onnx/model.js'
import { readSkops } from '../skops/read-skops.js'
import { isBinary, readBinary } from '../xgboost/binary.js'
import { replaceNonFinite } from '../xgboost/non-finite.js'
import { isUbjson, readUbjson } from '../xgboost/ubjson.js'

/**
 * Reads a model file without executing anything in it.
 * @throws ConvertError naming the file, the place in it, what was expected and what came
 */
export function parseSourceFile(given: ModelFile): SourceFile {
  try {
    return parse(given)
  } catch (error) {
    throw nameFile(error, given.name)
  }
}

function parse(given: ModelFile): SourceFile {
  const skops = openSkops(given)
  return skops === undefined ? parseOpened(openSourceFile(given)) : parseSkops(skops)
}

/** The same for a file that is open. */
export function parseOpened({ payload, ...opened }: OpenedFile): SourceFile {
  if (isOnnx(payload)) return { ...opened, kind: 'onnx', onnx: payload }
  const json = readJson(payload)
  if (json !== undefined) return { ...opened, kind: 'json', json }
  if (isBoosterText(payload)) return { ...opened, kind: 'text', text: payload }
  if (isCbm(payload)) return { ...opened, kind: 'catboost', cbm: payload }
  assertNotOnnx(payload)
  return { ...opened, kind: 'pickle', root: locateRoot(readSupported(payload, opened.bytes), payload.length) }
}

/** The same for a file of skops that is open. */
export function parseSkops({ archive, ...facts }: OpenedSkops): SourceFile {
  const root = readSkops(archive, { checkName: checkNames, checkCall: checkMethod, fileBytes: facts.bytes })
  return { ...facts, kind: 'pickle', root: locateRoot(root, archive.bytesRead) }
}

function locateRoot(root: Value, contentBytes: number): Located {
  const unknown = opaqueName(root)
  if (unknown !== undefined) throw describeOpaque(unknown, '')
  return new Located(root, '', new Allowance(contentBytes))
}

function nameFile(error: unknown, path: string): unknown {
  return error instanceof ConvertError ? prefixFile(error, basename(path)) : error
}

/**
 * What JSON text, UBJSON or XGBoost's binary format holds, undefined for anything else.
 * @throws ConvertError when it is damaged
 */
export function readJson(payload: Uint8Array): unknown {
  if (isBinary(payload)) return readBinary(payload)
  if (isUbjson(payload)) return readUbjson(payload)
  if (!isJsonText(payload)) return undefined
  checkJsonSize(payload.length)
  try {
    return JSON.parse(replaceNonFinite(new TextDecoder('utf-8', { fatal: true }).decode(payload))) as unknown
  } catch (error) {
    throw new ConvertError(`The file is JSON text that cannot be parsed (${(error as Error).message}).`, {
      hint: 'Write or copy it again: it may have been cut off.', cause: error
    })
  }
}

function readSupported(payload: Uint8Array, fileBytes: number): Value {
  try {
    return readMethods(payload, fileBytes)
  } catch (error) {
    if (!(error instanceof UnknownNameError)) throw error
    throw new UnknownNameError(error.offset, error.unknown, error.hint ?? '', placeOf(payload, fileBytes, error))
  }
}

/** A bound method is a call of getattr, which is the one thing that this name may be there for. */
function readMethods(payload: Uint8Array, fileBytes: number): Value {
  let method: [name: Global, offset: Position] | undefined
  const root = readPickle(payload, {
    checkName(name, offset) {
      if (name.path === METHOD) {
        name.opaque = true
        method ??= [name, offset]
      } else checkNames(name, offset)
    },
    checkCall: checkMethod,
    fileBytes
  })
  if (method === undefined) return root
  const [name, offset] = method
  const place = findName(root, METHOD, { called: false })
  if (place === undefined) return root
  throw new UnknownNameError(offset, name, 'Only methods that fitted models keep unread may be there.', place)
}

/** Where the name stands among the file's objects: reading it as mere names is as safe as stopping at the first. */
function placeOf(payload: Uint8Array, fileBytes: number, error: UnknownNameError): string | undefined {
  try {
    return findName(readPickle(payload, { checkName: () => {}, fileBytes }), error.unknown.path)
  } catch (problem) {
    if (problem instanceof ConvertError) return undefined
    throw problem
  }
}
