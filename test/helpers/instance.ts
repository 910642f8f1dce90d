import { Dict, Global, Instance, type Value } from '../../tools/convert/pickle/values.js'

/** An instance as a file has it, made by hand. */
export function instance(path: string, attributes: Record<string, Value>): Instance {
  const at = path.lastIndexOf('.')
  const made = new Instance(new Global(path.slice(0, at), path.slice(at + 1)), [])
  const state = new Dict()
  for (const [name, value] of Object.entries(attributes)) state.entries.set(name, value)
  made.state = state
  return made
}
