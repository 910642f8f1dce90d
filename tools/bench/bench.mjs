/** Installs and compiles the benchmarks when they are not yet, then runs them. Plain JavaScript, as nothing is compiled yet. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const here = import.meta.dirname
const tsc = join(here, 'node_modules', 'typescript', 'bin', 'tsc')

run(!existsSync(tsc), 'npm', ['ci', '--silent', '--no-audit', '--no-fund'])
run(true, process.execPath, [tsc, '-p', here])
const { main } = await import('./dist/main.js')
process.exitCode = await main(process.argv.slice(2))

function run(needed, command, args) {
  if (!needed) return
  // onnxruntime-node has the libraries for the CPU in its package, and would download those for a GPU.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' }
  const { status, error } = spawnSync(command, args, { cwd: here, stdio: ['ignore', 2, 2], env })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed${error === undefined ? '' : `: ${error.message}`}`)
}
