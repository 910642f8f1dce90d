/** Memory that V8 gives back at rest only when it is told to. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { type: 'major', execution: 'async' }) => Promise<void>

let collect: Collect | undefined

/** Collects all garbage, which takes some milliseconds: in a task of its own, since what called it may hold some. */
export async function collectGarbage(): Promise<void> {
  collect ??= exposeCollect()
  await collect({ type: 'major', execution: 'async' })
}

/** V8 gives its function to contexts that are made after this, and to no other. */
function exposeCollect(): Collect {
  setFlagsFromString('--expose-gc')
  const found = runInNewContext('gc') as Collect
  setFlagsFromString('--no-expose-gc')
  return found
}
