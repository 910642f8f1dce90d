/** Reports of models: what they say is what `score` answers, and nothing in them is markup by accident. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import t, { type Test } from 'tap'
import { readConfig } from '../../src/config.js'
import type { Dump } from '../../src/dump/dump.js'
import { sealDump } from '../../src/model/digest.js'
import { openReader } from '../../tools/score/input/byte-reader.js'
import { readForm } from '../../tools/score/input/input-form.js'
import { openScorer } from '../../tools/score/rows/open-scorer.js'
import { openModel } from '../../tools/score/rows/scoring-model.js'
import { createModel } from '../../src/model/create-model.js'
import { shareModel } from '../../src/model/share-model.js'
import { collect, type Findings } from '../../tools/report/data/collect.js'
import { explainSample } from '../../tools/report/data/explain-sample.js'
import { drawHistogram } from '../../tools/report/view/charts.js'
import { openContext } from '../../tools/report/view/context.js'
import { drawDependence } from '../../tools/report/view/dependence.js'
import { runReport, type ReportCommandOptions } from '../../tools/report/command.js'
import { makeDump, makeOutlierDump, makeRegressorDump, makeTwoOutputDump } from '../helpers/dumps.js'
import { makeForest, makeRandom, makeStump, pickSeed } from '../helpers/forests.js'
import { COLUMNS, randomCells, SHIPPED, toCsv } from '../helpers/score.js'

const seed = pickSeed()
t.comment(`seed ${seed}`)
const random = makeRandom(seed)
const customers = toCsv([COLUMNS, ...Array.from({ length: 3000 }, () => randomCells(random))])
const config = readConfig({}, '')

/** A stump whose file says how many training rows reached its nodes, without which nothing can be explained. */
const EXPLAINED = makeForest([makeStump({ missingGoToLeft: [1, 1, 1], weightedNNodeSamples: [10, 4, 6] })])

interface Made {
  readonly status: number
  readonly html: string
  readonly stderr: string
}

/** Makes a report of rows, in this process. */
async function report(
  t: Test, dump: Dump | string, rows: string, options: Partial<ReportCommandOptions> = {}, inputName = 'rows.csv'
): Promise<Made> {
  const folder = t.testdir({})
  const model = typeof dump === 'string' ? join(SHIPPED, `${dump}.json`) : join(folder, 'model.json')
  if (typeof dump !== 'string') writeFileSync(model, JSON.stringify(sealDump(dump)))
  const [input, out] = [join(folder, inputName), join(folder, 'report.html')]
  writeFileSync(input, rows)
  const said: string[] = []
  const write = process.stderr.write.bind(process.stderr)
  process.stderr.write = (text: string | Uint8Array) => said.push(String(text)) > 0
  try {
    const status = await runReport(input, { model, out, ...options })
    return { status, html: status === 0 || status === 3 ? readFileSync(out, 'utf8') : '', stderr: said.join('') }
  } finally {
    process.stderr.write = write
  }
}

const TAGS = new Set(('html head meta title style body main header h1 h2 h3 h4 p nav a section dl dt dd div span code table caption thead ' +
  'tbody tr th td figure details summary svg g path rect text').split(' '))
const EMPTY = new Set(['meta'])

/** The tags are those of the report and balanced; nothing runs, and nothing is fetched. */
function checkMarkup(t: Test, html: string): void {
  const body = html.replace(/<style>[^<]*<\/style>/, '').replace('<!DOCTYPE html>', '')
  const open: string[] = []
  for (const [tag, end, name, attributes, closed] of body.matchAll(/<(\/?)([A-Za-z0-9]*)((?:\s+[a-zA-Z-]+="[^"<>]*")*)(\/?)>?/g)) {
    if (!TAGS.has(name) || !tag.endsWith('>')) t.fail(`tag ${tag}`)
    for (const [, attribute, value] of attributes.matchAll(/\s([a-zA-Z-]+)="([^"]*)"/g)) {
      if (/^on|^style$|^src$/i.test(attribute) || (attribute === 'href' && !/^#[a-z]+$/.test(value))) t.fail(`${attribute}="${value}"`)
    }
    if (end === '/') t.equal(open.pop(), name)
    else if (closed === '' && !EMPTY.has(name)) open.push(name)
  }
  t.strictSame(open, [])
  t.notMatch((/<style>[^<]*<\/style>/.exec(html))?.[0], /url\(|@import|https?:/)
  t.notMatch(html, /undefined|NaN|\[object|Infinity/)
  for (const [, svg] of html.matchAll(/<svg([^>]*viewBox="0 0 (?!100 10")[^>]*)>/g)) t.match(svg, / role="img" aria-label="[^"]+"/)
}

function textOf(html: string): string {
  return html.replace(/<style>[^<]*<\/style>/, '').replaceAll(/<title>[^<]*<\/title>/g, '').replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
}

/** The columns that `score` gives each row. */
function scoreAll(name: string, csv: string): Array<Record<string, string>> {
  const path = join(SHIPPED, `${name}.json`)
  const end = csv.indexOf('\n') + 1
  const scorer = openScorer({
    model: shareModel(JSON.parse(readFileSync(path, 'utf8')) as Dump), path, config, inputName: 'rows.csv', prefix: '', gzip: false, explain: 0, dump: undefined,
    csv: { header: COLUMNS, delimiter: ',', lineBreak: '\n' }
  })
  const block = Buffer.from(csv.slice(end))
  const { output } = scorer.score({ block, spare: new Uint8Array(0) })
  return parse<Record<string, string>>(Buffer.from(output), { columns: [...COLUMNS, ...scorer.columns] })
}

async function collectRows(
  t: Test, name: string, csv: string, sample: number
): Promise<{ dump: Dump, findings: Findings }> {
  const path = join(SHIPPED, `${name}.json`)
  const dump = JSON.parse(readFileSync(path, 'utf8')) as Dump
  const folder = t.testdir({ 'rows.csv': csv })
  const reader = await openReader(join(folder, 'rows.csv'), new AbortController().signal)
  const form = await readForm(reader, undefined, undefined)
  const findings = await collect(reader, form, openModel(createModel(dump), path, config), sample)
  await reader.close()
  return { dump, findings }
}

t.test('the answers of a file are counted as score gives them', async t => {
  const { findings } = await collectRows(t, 'churn', customers, 100)
  const scored = scoreAll('churn', customers)
  t.equal(findings.rows, scored.length)
  t.equal(findings.rows + findings.rejected, 3000)
  t.ok(findings.rejected > 20)
  t.equal(findings.sample.length, 100)
  t.equal(findings.defaulted, scored.filter(({ defaulted }) => defaulted !== '').length)
  for (const column of findings.columns) {
    const cells = scored.map(row => row[column.name])
    if (column.kind === 'label') {
      for (const [label, count] of column.labels) t.equal(count, cells.filter(cell => cell === label).length, `${column.name} ${label}`)
      t.equal([...column.labels.values()].reduce((sum, count) => sum + count, 0), scored.length)
      continue
    }
    const numbers = cells.map(Number)
    t.equal(column.numbers.minimum, Math.min(...numbers))
    t.equal(column.numbers.maximum, Math.max(...numbers))
    t.ok(Math.abs(column.numbers.mean - numbers.reduce((sum, number) => sum + number, 0) / numbers.length) < 1e-12)
  }
})

t.test('rows that are read ahead are kept as they were', async t => {
  const model = openModel(createModel(makeDump()), 'model.json', config)
  const ahead: typeof model = {
    ...model,
    * answerAll(items, read) {
      const kept = Array.from(items, item => ({ item, row: read(item) }))
      for (const { item } of kept) yield { item, values: ['low', 0, 1], defaulted: undefined }
    }
  }
  const folder = t.testdir({ 'rows.csv': 'f0,f1\n1,2\n3,4\n5,6\n' })
  const reader = await openReader(join(folder, 'rows.csv'), new AbortController().signal)
  const { sample } = await collect(reader, await readForm(reader, undefined, undefined), ahead, 10)
  await reader.close()
  t.strictSame(sample, [{ f0: 1, f1: 2 }, { f0: 3, f1: 4 }, { f0: 5, f1: 6 }])
})

for (const [name, label] of [['churn', 1], ['recommend', 'Retention Offer']] as const) {
  t.test(`contributions to ${name} add up to its answers`, async t => {
    const { dump, findings: { sample } } = await collectRows(t, name, customers, 60)
    const explained = explainSample(dump, sample, 0, label)
    if ('reason' in explained) throw new Error(explained.reason)
    const model = createModel(dump)
    const number = dump.outputs[0].classes?.indexOf(label) ?? -1
    t.strictSame([explained.rows, explained.refused], [60, 0])
    sample.forEach((row, i) => {
      const sum = explained.players.reduce((total, { contributions }) => total + contributions[i], explained.base)
      t.ok(Math.abs(sum - model.predict(row).values[number]) < 1e-12, JSON.stringify(row))
      for (const { fields, values } of explained.players) {
        if (values !== undefined) t.equal(values[i], row[fields[0]] ?? null)
      }
    })
    for (const { contributions, ownImportance, importance } of explained.players) {
      t.ok(Math.abs(contributions.reduce((sum, value) => sum + Math.abs(value), 0) / 60 - ownImportance) < 1e-12)
      t.ok(importance >= ownImportance - 1e-12)
    }
  })
}

t.test('a report has all its parts, in both languages', async t => {
  const { html, status, stderr } = await report(t, 'churn', customers, { rows: '500' })
  t.equal(status, 0)
  t.match(stderr, /^recall-ml report: [\d,]+ rows scored, \d+ rejected\n$/)
  checkMarkup(t, html)
  t.match(html, /^<!DOCTYPE html>\n<html lang="en">/)
  const text = textOf(html)
  const { findings: { rows, rejected, rejections, columns } } = await collectRows(t, 'churn', customers, 1)
  const count = (number: number) => number.toLocaleString('en-GB')
  t.match(text, `Rows in the file 3,000 Scored ${count(rows)}`)
  t.match(text, `Rejected ${count(rejected)}`)
  t.match(html, `<td class="number">${rejections[0].lines.join(', ')}`)
  for (const column of columns) {
    if (column.kind === 'label') for (const times of column.labels.values()) t.match(text, ` ${count(times)} `)
  }
  for (const id of ['scored', 'answers', 'why', 'card']) t.match(html, `<section id="${id}">`)
  t.match(text, 'Explained: 500 of')
  t.match(text, /Contributions are to class 1/)
  t.match(text, 'Distribution of risk_score')
  t.match(text, /High from 60%/)
  t.match(text, 'All 24 golden rows')
  t.match(text, 'A demonstration')
  t.ok((html.match(/<figure>/g) ?? []).length >= 7)
  t.equal((html.match(/<figure>/g) ?? []).length, (html.match(/<details>/g) ?? []).length, 'a table for each chart')
  const other = await report(t, 'recommend', customers, { lang: 'id', rows: '50', class: 'Data Booster' })
  checkMarkup(t, other.html)
  t.match(other.html, /<html lang="id">/)
  t.match(textOf(other.html), /Yang dinilai.*Kontribusi adalah terhadap kelas Data Booster.*Kartu model/)
})

const HOSTILE = '</style><script>alert(1)</script><img src=x onerror="alert(\'1\')">&lt;'

t.test('what files and dumps say is text', async t => {
  const field = '<b onclick="x">&\'f1'
  const dump = makeDump({
    description: HOSTILE,
    provenance: {
      converter: HOSTILE, recipe: HOSTILE, estimator: HOSTILE, golden: HOSTILE, quality: { [HOSTILE]: HOSTILE },
      sources: [{ file: HOSTILE, bytes: 1, sha256: '0'.repeat(64) }]
    },
    inputs: [
      { name: 'f0', type: 'number', description: '<i>f0</i>', unit: HOSTILE },
      { name: field, type: 'category', categories: [HOSTILE, 'b'], fallback: { missing: 'b', unknown: 'b' } }
    ],
    outputs: [{ classes: ['low', HOSTILE] }],
    golden: [{ input: { f0: 0.75, [field]: 'b' }, values: [0, 1] }],
    model: {
      ...makeForest([
        makeStump({ weightedNNodeSamples: [10, 4, 6] }),
        makeStump({ feature: [1, -2, -2], weightedNNodeSamples: [10, 4, 6] })
      ]), features: ['f0', field]
    }
  })
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`
  const rows = [`f0,${cell(field)}`, `0.2,${cell(HOSTILE)}`, '0.9,b', `0.8,${cell('<u>unknown')}`, `${cell(HOSTILE)},b`].join('\n')
  const { html, status } = await report(t, dump, rows, {}, '<s>&name.csv')
  t.equal(status, 0)
  checkMarkup(t, html)
  t.match(html, '&lt;b onclick=&quot;x&quot;&gt;&amp;&#39;f1')
  t.match(html, '&lt;s&gt;&amp;name.csv')
  t.notMatch(html, '<u>')
  t.match(html, '&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;lt;')
})

t.test('characters that turn text about, or that HTML does not take, are replaced', async t => {
  const dump = makeDump({
    outputs: [{ classes: ['low', 'hi\u202egh\u2066'] }],
    provenance: { converter: 'a\0b\u0007c\ud800d', recipe: 'שלום 😀', estimator: 'x', sources: [], golden: 'test' }
  })
  const { html } = await report(t, dump, 'f0,f1\n0.2,1\n0.9,\n0.7,3\n')
  checkMarkup(t, html)
  t.match(html, 'hi\ufffdgh\ufffd')
  t.match(html, 'a\ufffdb\ufffdc\ufffdd')
  t.match(html, 'שלום 😀')
  t.notMatch(html, /(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
})

const ROWS = 'f0,f1\n0.2,1\n0.9,\n0.7,3\n'

t.test('models of every task', async t => {
  const explain = (dump: Dump) => {
    const forest = dump.model as ReturnType<typeof makeForest>
    const trees = forest.trees.map(tree => ({ ...tree, weightedNNodeSamples: [10, 4, 6] }))
    return { ...dump, model: { ...forest, trees } }
  }
  const made = {
    classifier: makeDump({ model: EXPLAINED }), regressor: explain(makeRegressorDump()),
    outlier: explain(makeOutlierDump()), two: explain(makeTwoOutputDump())
  }
  const expected = {
    classifier: /Rows by prediction.*Distribution of probability_high.*Contributions are to class high.*percentage points/,
    regressor: /Distribution of value .*Explained: all 3 rows.*in units of the answer/,
    outlier: /Rows by prediction.*Distribution of score .*Distribution of decision .*in mean path length/,
    two: /Rows by prediction_1.*Explained is output level; .*to class high/
  }
  for (const [task, dump] of Object.entries(made)) {
    const { html, status } = await report(t, dump, ROWS)
    t.equal(status, 0, task)
    checkMarkup(t, html)
    t.match(textOf(html), expected[task as keyof typeof expected], task)
    t.match(html, /class="(?:curve|mean)"/)
  }
  const second = await report(t, made.two, ROWS, { output: '1' })
  t.match(textOf(second.html), /Explained is output 1; .*summed over all classes/)
})

t.test('a model without an exact explanation says why, and has the rest', async t => {
  const { html, status } = await report(t, makeDump(), ROWS)
  t.equal(status, 0)
  checkMarkup(t, html)
  t.match(textOf(html), /no exact explanation: its file does not say how many training rows reached each node\./)
  t.match(textOf(html), /Rows by prediction prediction Rows Share high 2 66\.7%/)
  t.notMatch(html, 'class="dots')
  t.match(html, '<section id="card">')
})

t.test('files without a row that has an answer', async t => {
  const empty = await report(t, 'churn', '')
  t.equal(empty.status, 1)
  t.match(empty.stderr, /rows\.csv, line 1: expected a header with the names of the columns, received nothing/)
  const header = await report(t, 'churn', toCsv([COLUMNS]))
  t.equal(header.status, 0)
  checkMarkup(t, header.html)
  t.match(textOf(header.html), /Rows in the file 0 .*No row was scored/)
  const bad = await report(t, makeDump({ model: EXPLAINED }), 'f0,f1\nx,1\ny,2\n')
  t.equal(bad.status, 3)
  checkMarkup(t, bad.html)
  t.match(textOf(bad.html), /Scored 0 .*Rejected 2 .*f0: expected a number 2 2, 3 .*No row was scored/)
})

t.test('NDJSON, and columns that are absent', async t => {
  const lines = await report(t, makeDump({ model: EXPLAINED }), '{"f0":0.2,"other":1}\n\n{"f0":true}\n{"f0":0.9,"f1":2}\n', {}, 'rows.ndjson')
  t.match(textOf(lines.html), /NDJSON.*Scored 2 .*Rejected 1 .*Empty lines that were passed over: 1/)
  const lacking = await report(t, 'churn', 'avg_data_usage_gb,monthly_spend\n3,50000\n')
  t.match(textOf(lacking.html), /The file lacks columns, which count as missing: .*plan_type/)
  t.match(lacking.stderr, /the input has no column/)
})

/** The cells of the row whose first cell is this, in each table. */
function cellsOf(html: string, name: string): string[][] {
  return [...html.matchAll(/<tr><th scope="row">([^<]*)<\/th>(.*?)<\/tr>/g)].filter(([, first]) => first === name)
    .map(([, , cells]) => [...cells.matchAll(/<td class="number">([^<]*)<\/td>/g)].map(([, cell]) => cell))
}

t.test('importances and curves are those that a stump has by hand', async t => {
  // 4 of 10 training rows are low: 60 % of them high. A row on the left has 60 points less, one on the right 40 more.
  const { html } = await report(t, makeDump({ model: EXPLAINED }), 'f0,f1\n0.2,1\n0.9,\n0.7,3\n0.2,\n0.7,1\n')
  t.match(textOf(html), 'Average of the model: 60.0%')
  t.strictSame(cellsOf(html, 'F0'), [['48%'], ['48%', '-60%', '+40%', '-60%', '+40%']])
  t.strictSame(['0.2', '0.7', '0.9'].map(value => cellsOf(html, value)), [
    [['2', '-60%', '-60%', '-60%']], [['2', '+40%', '+40%', '+40%']], [['1', '+40%', '+40%', '+40%']]
  ])
  t.equal(cellsOf(html, 'F1').length, 2, 'a field that contributes nothing has no curve')
})

t.test('a curve has the means of ranges, and dots at the values', async t => {
  const rows = Array.from({ length: 64 }, (_, i) => `${i / 64},1`)
  const { html } = await report(t, makeDump({ model: EXPLAINED }), ['f0,f1', ...rows, ''].join('\n'))
  // Four rows to a range; 0.5 itself goes to the left, and shares its range with rows on the right.
  t.strictSame(cellsOf(html, '0 – 0.046875'), [['4', '-60%', '-60%', '-60%']])
  t.strictSame(cellsOf(html, '0.5 – 0.546875'), [['4', '+15%', '-60%', '+40%']])
  t.strictSame(cellsOf(html, '0.9375 – 0.984375'), [['4', '+40%', '+40%', '+40%']])
  const curve = /<path class="curve" d="([^"]*)"/.exec(html)?.[1] ?? ''
  const points = [...curve.matchAll(/[ML](\S+) ([^L]+)/g)].map(([, x, y]) => [Number(x), Number(y)])
  t.equal(points.length, 16)
  t.ok(points.every(([x], i) => i === 0 || x > points[i - 1][0]), 'from left to right')
  t.equal(new Set(points.map(([, y]) => y)).size, 3)
  const dots = [...(/<g class="faint">(.*?)<\/g>/.exec(html)?.[1] ?? '').matchAll(/M(\S+) (\S+)h0/g)]
  t.equal(dots.length, 64)
  t.equal(dots.filter(([, , y]) => Number(y) === points[0][1]).length, 33, 'as many on the left as have at most 0.5')
})

t.test('twenty classes, of which each has its chart', async t => {
  const classes = Array.from({ length: 20 }, (_, i) => `class ${i}`)
  const tree = makeStump({ value: [3, 17], missingGoToLeft: [1, 1, 1], weightedNNodeSamples: [10, 4, 6] })
  const dump = makeDump({
    outputs: [{ classes }], golden: [{ input: { f0: 0.75, f1: 2 }, values: classes.map((_, i) => i === 17 ? 1 : 0) }],
    model: makeForest([tree], { nOutputs: 20 })
  })
  const { html } = await report(t, dump, ROWS)
  checkMarkup(t, html)
  t.match(textOf(html), /Contributions are to class class 17/)
  for (const label of classes) t.match(html, `<h3>Distribution of probability_${label}</h3>`)
  // Class 3 has as much as class 17, and all others nothing.
  t.strictSame(cellsOf(html, 'F0'), [['93.3%'], ['46.7%', '-60%', '+40%', '–', '–']])
})

t.test('one row, and numbers that are huge or tiny', async t => {
  for (const [low, high] of [[1e300, -1e300], [1.7e308, 1.6e308], [3e-200, 1e-200], [1e9, 1e9 + 0.5]]) {
    const tree = makeStump({ value: [low, high], missingGoToLeft: [1, 1, 1], weightedNNodeSamples: [10, 4, 6] })
    const dump = makeDump({
      task: 'regressor', outputs: [{}], golden: [{ input: { f0: 0.75, f1: 2 }, values: [high] }],
      model: makeForest([tree], { estimator: 'DecisionTreeRegressor', leaves: 'values', nOutputs: 1 })
    })
    for (const rows of ['f0,f1\n0.2,1\n', ROWS]) {
      const { html, status } = await report(t, dump, rows)
      t.equal(status, 0)
      checkMarkup(t, html)
      t.notMatch(textOf(html), /(?:,000){6}|0{20}|∞/, `${low} ${high}`)
      for (const [, svg] of html.matchAll(/<svg[^>]*Distribution[^>]*>(.*?)<\/svg>/g)) {
        const ticks = [...svg.matchAll(/text-anchor="middle">([^<]*)</g)].map(([, text]) => text)
        t.equal(new Set(ticks).size, ticks.length, `each place has a number of its own: ${ticks.join()}`)
      }
    }
  }
})

t.test('rows whose explanation is not finite are in no mean', async t => {
  const { dump, findings: { sample } } = await collectRows(t, 'churn', customers, 5)
  const all = explainSample(dump, sample, 0, 1)
  const none = explainSample(dump, sample.map(row => ({ ...row, monthly_spend: 'a lot' })), 0, 1)
  if ('reason' in all || 'reason' in none) throw new Error('expected explanations')
  t.match(all, { rows: 5, refused: 0 })
  t.match(none, { rows: 0, refused: 5, players: [] })
  // The difference of the largest numbers is beyond them.
  const tree = makeStump({
    value: [Number.MAX_VALUE, -Number.MAX_VALUE], missingGoToLeft: [1, 1, 1], weightedNNodeSamples: [10, 1, 9]
  })
  const huge = makeDump({
    task: 'regressor', outputs: [{}], golden: [{ input: { f0: 0.75, f1: 2 }, values: [-Number.MAX_VALUE] }],
    model: makeForest([tree], { estimator: 'DecisionTreeRegressor', leaves: 'values', nOutputs: 1 })
  })
  const { html, status } = await report(t, huge, 'f0,f1\n0.2,1\n0.1,1\n')
  t.equal(status, 0)
  checkMarkup(t, html)
  t.match(textOf(html), /could not be explained: 2\./)
  t.notMatch(textOf(html), 'Average of the model')
})

t.test('texts are not in a report, and long categories not whole', async t => {
  const long = 'a long category '.repeat(1000)
  const dump = makeDump({
    inputs: [
      { name: 'f0', type: 'number' },
      { name: 'f1', type: 'category', categories: [long, 'missing'], fallback: { missing: null, unknown: null } }
    ],
    golden: [{ input: { f0: 0.75, f1: long }, values: [1, 0] }],
    model: makeForest([
      makeStump({ feature: [1, -2, -2], missingGoToLeft: [1, 1, 1], weightedNNodeSamples: [10, 4, 6] })
    ])
  })
  const { html } = await report(t, dump, `f0,f1\n1,${long}\n2,missing\n3,\n4,missing\n5,unheard-of\n6,Unknown category\n`)
  checkMarkup(t, html)
  t.notMatch(html, long.slice(0, 400))
  t.notMatch(html, 'unheard-of')
  // A category that is called "missing" is not what is missing.
  t.strictSame(cellsOf(html, 'missing').map(([rows]) => rows), ['2', '1'])
  t.strictSame(cellsOf(html, 'Unknown category').map(([rows]) => rows), ['2'])
})

t.test('what customers have written has no curve', async t => {
  const draw = (type: 'category' | 'text') => {
    const inputs: Dump['inputs'] = [type === 'text' ? { name: 'note', type } : { name: 'note', type, categories: ['call me'] }]
    const player = {
      fields: ['note'], importance: 1, ownImportance: 1, contributions: Float64Array.of(1, -1), values: ['call me', 'call me']
    }
    return drawDependence(openContext('en', inputs), { players: [player], inputs, axis: 'x', show: String }).text
  }
  t.match(draw('category'), 'call me')
  t.notMatch(draw('text'), 'call me')
})

t.test('limits of risk that are close have texts apart', async t => {
  const html = drawHistogram({
    label: 'risk', histogram: { edges: [0, 0.5, 1], counts: [1, 2] }, colour: () => 'low', show: () => String, count: String,
    limits: [{ at: 0.95, label: 'Medium' }, { at: 0.96, label: 'High' }]
  }).text
  const place = 'x="([^"]*)" y="([^"]*)" dy=".32em" text-anchor="([a-z]*)"'
  const [medium, high] = ['Medium', 'High'].map(label => new RegExp(`${place}>${label}`).exec(html) ?? [])
  t.ok(Math.abs(Number(medium[2]) - Number(high[2])) > 12)
  t.equal(medium[3], 'end', 'what is on the right goes to the left')
})
