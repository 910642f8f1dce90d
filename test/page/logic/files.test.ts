/** Files of rows, scored as `recall-ml score` does. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createRowReader, detectDelimiter, findAbsent, formatLine, parseTable } from '../../../page/logic/csv.js'
import { scoreFile, type AnswerRows } from '../../../page/logic/score-file.js'
import { Summary } from '../../../page/logic/summary.js'
import { LocalModel } from '../../../page/models/local-model.js'
import type { Subject, SubjectModel } from '../../../page/models/protocol.js'
import { PACKAGE_ROOT } from '../../../src/config.js'
import type { Dump } from '../../../src/dump/dump.js'
import { seededRandom } from '../../helpers/random.js'

function load(name: string, route: string): { model: SubjectModel, local: LocalModel, dump: Dump } {
  const dump = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'model-json', `${name}.json`), 'utf8')) as Dump
  const inputs = dump.inputs.map(input => ({ ...input, used: true }))
  const info = { name, task: dump.task, nTrees: 1, nNodes: 1, nFeatures: 1, bytes: 1, inputs, outputs: dump.outputs, provenance: dump.provenance }
  return { model: { name, route, local: true, info }, local: new LocalModel(dump), dump }
}

const churn = load('churn', 'predict')
const offers = load('recommend', 'recommend')
const limits = { mediumFrom: 0.3, highFrom: 0.6 }
const subject: Subject = {
  id: 'customer', models: [offers.model, churn.model], offers: offers.model, risk: { ...churn.model, label: 1 }
}
const answerRows: AnswerRows = async (name, rows) => rows.map(row => (name === 'churn' ? churn : offers).local.answer(row))
const score = async (text: string | Uint8Array) => scoreFile(new Blob([text as never]), subject, limits, answerRows, () => {})

t.test('cells become values as in score', async t => {
  const read = createRowReader([
    { name: 'n', type: 'number' }, { name: 'f', type: 'number', boolean: true }, { name: 'c', type: 'category', categories: ['1'] }
  ], ['c', 'x', 'n', 'f'])
  t.strictSame(read(['1', 'x', '-1.5e3', 'TRUE']), { n: -1500, f: true, c: '1' })
  t.strictSame(read(['', 'x', '', '0']), { n: null, f: 0, c: null })
  t.strictSame(read(['01', 'x', ' 1', 'maybe']), { n: ' 1', f: 'maybe', c: '01' })
  for (const text of ['NaN', '0x10', '1,5', 'Infinity', '1_000']) t.equal(read(['', '', text, '']).n, text, 'stays text, to be refused')
})

t.test('delimiters, quotes and blank lines', async t => {
  t.strictSame(['a,b', 'a;b;c,d', 'a\tb', '"a,b,c";d', 'a'].map(detectDelimiter), [',', ';', '\t', ';', ','])
  const { header, rows } = parseTable('a;"b;""x"""\r\n1;2\r\n\r\n"3\n";4\n')
  t.strictSame([header, rows], [['a', 'b;"x"'], [['1', '2'], ['3\n', '4']]])
  t.equal(formatLine(['a,b', '"', 'c'], ','), '"a,b","""",c\n')
  t.strictSame(findAbsent([{ name: 'a', type: 'number', used: true }, { name: 'b', type: 'number', used: false }], ['x']), ['a'])
})

t.test('every row has the answers of a request', async t => {
  const names = churn.dump.inputs.map(({ name }) => name)
  const rows = [...churn.dump.golden, ...offers.dump.golden].map(({ input }) =>
    Object.fromEntries(names.map(name => [name, input[name] ?? null])))
  const text = formatLine(names, ',') + rows.map(row => formatLine(names.map(name => String(row[name] ?? '')), ',')).join('')
  const scores = await score(text)
  const [header, ...lines] = (await scores.output.text()).trimEnd().split('\n')
  t.equal(header, `${names.join(',')},offer_name,confidence,risk_score,risk_category,defaulted,error`)
  t.equal(lines.length, rows.length)
  let answered = 0
  rows.forEach((row, i) => {
    const [offer, risk] = [offers.local.answer(row), churn.local.answer(row)]
    const cells = lines[i].split(',').slice(names.length)
    if ('problems' in offer || 'problems' in risk) {
      t.not(cells.at(-1), '')
      return
    }
    answered++
    const best = Math.max(...offer.answer.probabilities ?? [])
    t.strictSame(cells.slice(0, 3), [String(offer.answer.prediction), String(best), String(risk.answer.probabilities?.[1])])
  })
  t.equal(scores.rows, answered)
  t.equal(scores.rejected, rows.length - answered)
  t.equal(scores.classes.reduce((sum, { count }) => sum + count, 0), answered)
  t.equal(scores.histogram?.counts.reduce((sum, count) => sum + count, 0), answered)
  t.equal(Object.values(scores.categories ?? {}).reduce((sum, count) => sum + count, 0), answered)
})

t.test('rows that cannot be used, each with its reason', async t => {
  const scores = await score('monthly_spend,plan_type\n1000,Prepaid\na lot,Prepaid\n1\n-5,Prepaid\n,\n')
  // A row of empty cells is one of whom nothing is known.
  t.strictSame([scores.rows, scores.rejected], [2, 3])
  t.match(scores.rejects, [
    { number: 2, problems: [{ field: 'monthly_spend' }] }, { number: 3, problems: [{ field: 'row', received: '1 cells' }] },
    { number: 4, problems: [{ field: 'monthly_spend' }] }
  ])
  t.equal(scores.defaulted, 2)
  t.ok(scores.absent.includes('complaint_count'))
})

t.test('files that cannot be scored', async t => {
  await t.rejects(score(Uint8Array.of(97, 255, 10, 98)), { message: /^encoding/ })
  await t.rejects(score(''), { message: /^empty/ })
  await t.rejects(score('monthly_spend\n\n'), { message: /^empty/ })
  await t.rejects(score('Monthly Spend,Plan\n1,2\n'), { message: /^columns/ })
  t.equal((await score('\uFEFFmonthly_spend\n1\n')).rows, 1, 'a byte order mark is not a part of a name')
})

t.test('a column of the file with an answer\'s name stays', async t => {
  const [header] = (await (await score('monthly_spend,risk_score\n1,9\n')).output.text()).split('\n')
  t.match(header, /^monthly_spend,risk_score,.*,risk_score_predicted,/)
})

t.test('the ten worst of many', async t => {
  const seed = Date.now() % 1e9
  t.comment(`seed ${seed}`)
  const random = seededRandom(seed)
  const summary = new Summary({ ...subject, models: [churn.model], offers: undefined }, limits)
  const all = Array.from({ length: 500 }, () => random(100) / 100)
  all.forEach((p, i) => summary.add(i + 1, {}, [{ prediction: 0, classes: [0, 1], probabilities: [1 - p, p] }], false))
  const { worst, histogram } = summary.finish()
  t.strictSame(worst.map(({ score }) => score), all.toSorted((a, b) => b - a).slice(0, 10))
  t.equal(histogram?.counts[0], all.filter(p => p < 0.05).length)
  t.equal(histogram?.counts.at(-1), all.filter(p => p >= 0.95).length)
})
