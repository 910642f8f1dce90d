import { ConvertError } from '../errors/convert-error.js'

/** Parameters come first, then the length of the objective's name and the name. */
const NAME_LENGTH_AT = 136
const NAME_AT = NAME_LENGTH_AT + 8
const MAX_NAME = 32

/**
 * The binary format that XGBoost wrote before 1.0 and could still write up to 3.0. It says nothing at its beginning
 * that tells it from other files; a name of an objective in its place does.
 * @throws ConvertError for a file of that format
 */
export function assertNotBinary(bytes: Uint8Array): void {
  const start = bytes[0] === 0x62 && text(bytes, 0, 4) === 'binf' ? 4 : 0
  const length = bytes[start + NAME_LENGTH_AT] ?? 0
  const rest = bytes.subarray(start + NAME_LENGTH_AT + 1, start + NAME_AT)
  if (length === 0 || length > MAX_NAME || rest.some(byte => byte !== 0)) return
  if (!/^(binary|multi|reg|rank|count|survival|gpu):\w+$/.test(text(bytes, start + NAME_AT, length))) return
  throw new ConvertError("The file is a model in XGBoost's old binary format.", {
    hint: "Load it in Python, xgboost.Booster(model_file='old.model') with XGBoost 1 or 2, and save it again with " +
      ".save_model('model.json') or .save_model('model.ubj')."
  })
}

function text(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length))
}
