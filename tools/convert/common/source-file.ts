/** A model file, read into plain data: one kind for each way in which that is held. */
import type { Container } from '../containers/container.js'
import type { Located } from './located.js'
import type { Signature } from './signature.js'

/** What is known of a file before it is read. */
export interface FileFacts {
  /** Name without its folder. */
  readonly file: string
  readonly bytes: number
  /** Of the file as it is, in hex. */
  readonly sha256: string
  readonly container: Container
  /** What the model is called, where the file's name does not say. */
  readonly title?: string
  /** Where a registry had it, in words. */
  readonly origin?: string
  /** Other files that told of the model. */
  readonly companions?: ReadonlyArray<Pick<FileFacts, 'file' | 'bytes' | 'sha256'>>
  /** What those say of its inputs. */
  readonly signature?: Signature
}

/** A pickle, with joblib's arrays or without, or a .skops file, which holds the same objects. */
export interface PickleFile extends FileFacts {
  readonly kind: 'pickle'
  readonly root: Located
}

/** JSON, or XGBoost's UBJSON or binary format. */
export interface JsonFile extends FileFacts {
  readonly kind: 'json'
  readonly json: unknown
}

/** The text of a model of LightGBM. */
export interface TextFile extends FileFacts {
  readonly kind: 'text'
  readonly text: Uint8Array
}

/** A model of CatBoost in its own format. */
export interface CatboostFile extends FileFacts {
  readonly kind: 'catboost'
  readonly cbm: Uint8Array
}

/** An ONNX model, in Protocol Buffers. */
export interface OnnxFile extends FileFacts {
  readonly kind: 'onnx'
  readonly onnx: Uint8Array
}

export type SourceFile = PickleFile | JsonFile | TextFile | CatboostFile | OnnxFile
