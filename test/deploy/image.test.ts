/**
 * The image, without an engine: the steps of deploy/Dockerfile are done in the folder that IMAGE_FOLDER names. Its
 * command then runs as the image's user, as process 1, with nothing that it can write, where this machine allows that.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { PACKAGE_ROOT } from '../../src/config.js'
import { buildStages, commandOf, environmentOf, instructionOf, parseDockerfile } from '../helpers/dockerfile.js'
import { readVariable } from '../helpers/environment.js'
import { freePort, sleep } from '../helpers/service-process.js'

const MAX_MEGABYTES = 80
const stages = parseDockerfile(readFileSync(join(PACKAGE_ROOT, 'deploy', 'Dockerfile'), 'utf8'))
const last = stages[stages.length - 1]
const healthcheck = commandOf(instructionOf(last, 'HEALTHCHECK'))
const user = instructionOf(last, 'USER')

/** Bytes on disk, in blocks of 4 KiB. */
function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files.reduce((sum, file) => sum + Math.ceil(lstatSync(join(folder, file)).size / 4096) * 4096, 0)
}

/** Puts the folder at /mnt/app and this Node.js beside it, makes all that can be seen read-only, and drops root. */
const CONFINED = `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /mnt
mkdir /mnt/app && touch /mnt/node
mount --bind "$APP" /mnt/app
mount --bind "$NODE" /mnt/node
for place in /mnt/app /mnt/node; do mount -o remount,bind,ro $place; done
mount -o remount,ro /mnt
mount -o remount,bind,ro /
cd /mnt/app
# The last is the test runner's, which writes where it likes.
unset APP NODE NODE_OPTIONS
exec setpriv --reuid ${user.split(':')[0]} --regid ${user.split(':')[1]} --clear-groups --bounding-set=-all --no-new-privs "$@"`

const NAMESPACES = ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child']
const canConfine = process.platform === 'linux' && process.getuid?.() === 0 &&
  spawnSync('unshare', [...NAMESPACES, 'sh', '-c', 'mount --make-rprivate / && mount -o remount,bind,ro / && setpriv true']).status === 0

function startConfined(app: string, command: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn('unshare', [...NAMESPACES, 'sh', '-c', CONFINED, 'sh', ...command], {
    env: { ...env, PATH: '/mnt:/usr/sbin:/usr/bin:/sbin:/bin', APP: app, NODE: process.execPath }
  })
}

function follow(t: Test, child: ChildProcess): { output: () => string, exited: Promise<number | null> } {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', data => { output += String(data) })
  t.teardown(() => child.kill('SIGKILL'))
  return { output: () => output, exited: new Promise(resolve => child.on('close', status => resolve(status))) }
}

const folder = readVariable('IMAGE_FOLDER')
if (folder === undefined) t.pass('the image', { skip: 'IMAGE_FOLDER names no folder to build it in' })
else {
  t.setTimeout(600_000)

  t.test('the image', async t => {
    const image = buildStages(stages, PACKAGE_ROOT, folder)
    const app = join(image, instructionOf(last, 'WORKDIR'))

    await t.test('is small', t => {
      const megabytes = Math.round(sizeOf(image) / 1e5) / 10
      t.ok(megabytes < MAX_MEGABYTES, `${megabytes} MB over the base image`)
      t.comment(`the image adds ${megabytes} MB to its base`)
      t.strictSame(readdirSync(app).sort(), ['dist', 'model-json', 'node_modules', 'package.json', 'recipes'])
      t.notOk(readdirSync(join(app, 'node_modules')).some(name => /^(typescript|tap|esbuild|eslint)$/.test(name)))
      t.end()
    })

    await t.test('runs without a place to write', {
      skip: !canConfine && 'only root can make a root file system read-only here'
    }, async t => {
      const port = await freePort()
      const env = { ...environmentOf(last), HOST: '127.0.0.1', PORT: String(port) }
      const child = startConfined(app, commandOf(instructionOf(last, 'CMD')), env)
      const service = follow(t, child)
      const check = () => spawnSync(process.execPath, healthcheck.slice(1), { env }).status
      let healthy = false
      for (let i = 0; i < 60 && !healthy && child.exitCode === null; i++) {
        healthy = check() === 0
        if (!healthy) await sleep(100)
      }
      t.ok(healthy, 'healthy by its own HEALTHCHECK')
      if (!healthy) throw new Error(service.output())
      const answer = await fetch(`http://127.0.0.1:${port}/predict`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"monthly_spend":95000}'
      })
      t.equal(answer.status, 200)
      const page = await fetch(`http://127.0.0.1:${port}/docs/static/swagger-ui-bundle.js`)
      t.equal(page.status, 200, "Swagger UI's files are there")
      await page.text()

      const inside = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim()
      const status = readFileSync(`/proc/${inside}/status`, 'utf8')
      t.match(status, new RegExp(`^Uid:\\t${user.split(':')[0]}\\t`, 'm'), 'as the user of the image')
      t.match(status, /^NSpid:\t\d+\t1$/m, 'as process 1')
      process.kill(Number(inside), 'SIGTERM')
      t.equal(await service.exited, 0, 'the signal arrives and the stop is orderly')
      t.equal(check(), 1, 'and the HEALTHCHECK sees that it is gone')
    })

    await t.test('has the commands', { skip: !canConfine && 'as above' }, async t => {
      const verify = follow(t, startConfined(app, ['node', 'dist/tools/cli.js', 'verify', 'model-json/churn.json'], {}))
      t.equal(await verify.exited, 0, verify.output())
      const write = follow(t, startConfined(app, ['node', '-e', 'fs.writeFileSync("/mnt/app/x", "")'], {}))
      t.equal(await write.exited, 1)
      t.match(write.output(), /EROFS|EACCES/, 'nothing can be written')
    })
  })
}
