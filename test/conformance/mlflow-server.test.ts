/**
 * A model in the registry of a real MLflow, behind a server on this machine and in a store on the disk, where
 * MLFLOW_PYTHON names a Python that has mlflow 3 and scikit-learn.
 */
import { execFile, spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import type { Row } from '../../src/model/types.js'
import { PACKAGE_ROOT } from '../../src/config.js'
import { convert } from '../../tools/convert/convert.js'
import { firstDifference } from '../helpers/bits.js'
import { readVariable } from '../helpers/environment.js'

const SCRIPT = join(PACKAGE_ROOT, 'test', 'conformance', 'mlflow_log.py')

interface Logged {
  run: string
  rows: Row[]
  answers: number[][]
}

const python = readVariable('MLFLOW_PYTHON')

if (python === undefined) t.pass('a real MLflow', { skip: 'MLFLOW_PYTHON names no Python' })
else {
  t.setTimeout(300_000)
  t.test('behind a server', async t => {
    const folder = t.testdir()
    const uri = `http://127.0.0.1:${await freePort()}`
    const server = spawn(python, [
      '-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', new URL(uri).port, '--workers', '1',
      '--backend-store-uri', `sqlite:///${folder}/mlflow.db`, '--artifacts-destination', join(folder, 'artifacts')
    ], { stdio: 'ignore', detached: true })
    // With the processes that it started.
    t.teardown(() => server.pid !== undefined && process.kill(-server.pid))
    await untilHealthy(uri)
    await compare(t, python, uri)
  })
  t.test('in a store', async t => {
    await compare(t, python, `file://${t.testdir()}/mlruns`)
  })
}

async function compare(t: Test, python: string, uri: string): Promise<void> {
  const env = { ...process.env, MLFLOW_ALLOW_FILE_STORE: 'true', OMP_NUM_THREADS: '1' }
  const { stdout } = await promisify(execFile)(python, [SCRIPT, uri], { env })
  const { run, rows, answers } = JSON.parse(stdout.slice(stdout.lastIndexOf('{"run"'))) as Logged
  for (const address of ['models:/churn@champion', 'models:/churn/1', 'models:/churn/latest', `runs:/${run}/model`]) {
    const [{ model }] = await convert([address], { tracking: { uri } })
    const wrong = rows.findIndex((row, i) => firstDifference(model.predict(row).values, answers[i]) >= 0)
    t.equal(wrong, -1, `${address}: ${rows.length} rows`)
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

async function untilHealthy(uri: string): Promise<void> {
  for (;;) {
    const isUp = await fetch(`${uri}/health`).then(({ ok }) => ok, () => false)
    if (isUp) return
    await new Promise(resolve => setTimeout(resolve, 500))
  }
}
