import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { SETTING_NAMES, SETTING_OPTIONS } from '../src/config.js'
import { startProcess, until } from './helpers/service-process.js'

const CLI = join(import.meta.dirname, '..', 'tools', 'cli.js')

const run = (...args: string[]) => spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8' })

t.test('the help names every command with an example', async t => {
  const { stdout } = run('--help')
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) (?:\[|<)/gm)].map(([, name]) => name).filter(name => name !== 'help')
  t.ok(commands.length >= 10, commands.join(' '))
  for (const name of commands) t.match(stdout, new RegExp(`^ {2}recall-ml ${name} `, 'm'), name)
})

t.test('every setting is an option of serve', async t => {
  const { stdout } = run('serve', '--help')
  t.strictSame(SETTING_OPTIONS.map(({ setting }) => setting), SETTING_NAMES)
  for (const { option } of SETTING_OPTIONS) t.match(stdout, `  --${option} `)
})

t.test('options win over the environment', async t => {
  const service = startProcess(t, { PORT: '1', MODEL_PATH: '/nowhere' }, CLI, ['serve', '--port', '0', '--models', t.testdir()])
  await until(() => service.output().includes('Server listening'), service)
  t.match(service.output(), t.testdirName)
  t.match(run('serve', '--port', 'many'), { status: 1, stderr: /setting PORT: expected a whole number/ })
})

t.test('a closed pipe is not a stack trace', async t => {
  const { stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${CLI}" serve --help | true`], { encoding: 'utf8' })
  t.equal(stderr, '')
})
