/**
 * `npm run dev`: compiles whenever a source changes, and restarts the service. It runs the modules, with source maps:
 * a bundle would have to be made each time. Arguments go to Node.js, such as `--inspect`.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../src/config.js'

const COMPILER = createRequire(import.meta.url).resolve('typescript/bin/tsc')

/** A restart waits for no connection that has nothing to answer, unless it is told to. */
const env = { SHUTDOWN_GRACE_MS: '0', ...process.env }

const children: ChildProcess[] = []

function run(...args: string[]): void {
  const child = spawn(process.execPath, args, { cwd: PACKAGE_ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] })
  children.push(child)
  child.once('exit', stop)
}

/** When one has ended, the other is of no use. */
function stop(): void {
  for (const child of children) child.kill()
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop)
run(COMPILER, '--watch', '--preserveWatchOutput')
run('--watch', '--watch-preserve-output', '--enable-source-maps', ...process.argv.slice(2), join('dist', 'src', 'serve-modules.js'))
