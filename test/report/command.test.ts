/** The command line of `recall-ml report`: what goes out, where, and what is refused. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { sealDump } from '../../src/model/digest.js'
import { makeDump } from '../helpers/dumps.js'

const CLI = join(import.meta.dirname, '..', '..', 'tools', 'cli.js')

const folder = t.testdir({
  'model.json': JSON.stringify(sealDump(makeDump())), 'rows.csv': 'f0,f1\n0.2,1\n', 'there.html': 'kept', 'long.csv': `f0\n${'9'.repeat(20_000_000)}`
})

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'report', ...args], { encoding: 'utf8', cwd: folder })
  return { status, stdout, stderr }
}

const model = ['--model', './model.json']

t.test('to standard output, from standard input, or to a file', async t => {
  const piped = spawnSync(process.execPath, [CLI, 'report', ...model, '--quiet'], { encoding: 'utf8', cwd: folder, input: 'f0,f1\n0.2,1\n' })
  t.match(piped, { status: 0, stderr: '', stdout: /^<!DOCTYPE html>[^]*standard input[^]*<\/html>\n$/ })
  t.match(run(...model, 'rows.csv', '--out', 'new.html'), { status: 0, stdout: '', stderr: 'recall-ml report: 1 rows scored, 0 rejected\n' })
  t.match(readFileSync(join(folder, 'new.html'), 'utf8'), /<\/html>\n$/)
  t.notOk(existsSync(join(folder, 'new.html.partial')))
})

t.test('a file that is there stays, unless it may be written over', async t => {
  t.match(run(...model, 'rows.csv', '--out', 'there.html'), { status: 1, stderr: /there\.html is there already: .*--force/ })
  t.equal(readFileSync(join(folder, 'there.html'), 'utf8'), 'kept')
  t.match(run(...model, 'rows.csv', '--out', 'there.html', '--force'), { status: 0 })
  t.match(readFileSync(join(folder, 'there.html'), 'utf8'), /^<!DOCTYPE html>/)
  symlinkSync('rows.csv', join(folder, 'link.csv'))
  for (const out of ['rows.csv', 'link.csv', 'model.json']) {
    t.match(run(...model, 'rows.csv', '--out', out, '--force'), { status: 1, stderr: /would be written over/ }, out)
  }
  t.equal(readFileSync(join(folder, 'rows.csv'), 'utf8'), 'f0,f1\n0.2,1\n')
})

t.test('options are checked', async t => {
  const cases: Array<[args: string[], message: RegExp]> = [
    [['--lang', 'fr'], /--lang: expected one of en, id, received "fr"/],
    [['--rows', '0'], /--rows: expected a whole number from 1 to 50000, received "0"/],
    [['--class', 'middle'], /--class: expected one of low, high, received "middle"/],
    [['--output', '1'], /--output: expected a whole number from 0 to 0, received 1/],
    [['--format', 'xml'], /--format: expected csv or ndjson, received "xml"/],
    [['--delimiter', 'ab'], /--delimiter: expected one character/],
    [['--model', 'other'], /One model a run; for two models make two reports/]
  ]
  for (const [args, message] of cases) t.match(run(...model, 'rows.csv', ...args), { status: 2, stdout: '', stderr: message }, args.join(' '))
})

t.test('files that cannot be used are named, with the line', async t => {
  t.match(run(...model, 'none.csv'), { status: 1, stdout: '', stderr: /^recall-ml report: none\.csv .*no such file/ })
  t.match(run('--model', './none.json', 'rows.csv'), { status: 1, stderr: /^recall-ml report: none\.json does not exist/ })
  t.match(run(...model, 'long.csv'), { status: 1, stderr: /^recall-ml report: long\.csv, line 2: expected a row of at most/ })
})

t.test('a closed pipe is not a stack trace', async t => {
  const command = `"${process.execPath}" "${CLI}" report --model ./model.json rows.csv | true`
  const { stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8', cwd: folder })
  t.notMatch(stderr, /Error|at /)
})
