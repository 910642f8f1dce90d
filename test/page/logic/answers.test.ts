/** Answers of a real model: numbers, curves, changes, trees. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createModel, InputError } from '../../../library/core.js'
import { findChanges, tryChanges } from '../../../page/logic/changes.js'
import { drawCurve, traceCurve, type AskRows } from '../../../page/logic/curve.js'
import { listFields } from '../../../page/logic/fields.js'
import { categorize, classOfLeaving, rankClasses, readNumber, readVerdict } from '../../../page/logic/read-answer.js'
import { buildTree, depthOf, type TreeNode } from '../../../page/logic/tree.js'
import { LocalModel } from '../../../page/models/local-model.js'
import type { Row } from '../../../page/models/types.js'
import { PACKAGE_ROOT } from '../../../src/config.js'
import type { Dump, ForestDump } from '../../../src/dump/dump.js'

const dump = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'model-json', 'churn.json'), 'utf8')) as Dump
const model = createModel(dump)
const rows: Row[] = dump.golden.map(({ input }) => input).filter(row => dump.inputs.every(({ name }) => (row[name] ?? null) !== null))
const [row] = rows
const target = { model: 'churn', output: 0, label: 1, isRisk: true }
const limits = { mediumFrom: 0.3, highFrom: 0.6 }
const fields = listFields([{ name: 'churn', inputs: dump.inputs.map(input => ({ ...input, used: true })) }], rows)
const ask: AskRows = async (_, rows) => rows.map(row => {
  try {
    return model.predict(row)
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
})

t.test('numbers and verdicts', async t => {
  const answer = model.predict(row)
  t.equal(readNumber(answer, target), answer.probabilities?.[1])
  t.equal(readNumber(answer, { model: 'churn', output: 0 }), Math.max(...answer.probabilities ?? []))
  t.equal(readVerdict(answer, { model: 'churn', output: 0 }, limits), String(answer.prediction))
  t.strictSame([0.29999, 0.3, 0.6, 1].map(score => categorize(score, limits)), ['LOW', 'MEDIUM', 'HIGH', 'HIGH'])
  t.strictSame([[0, 1], ['0', '1'], [false, true], ['a', 'b'], undefined].map(classes => classOfLeaving(classes)), [1, '1', true, undefined, undefined])
  t.strictSame(rankClasses({ classes: ['a', 'b', 'c'], probabilities: [0.2, 0.6, 0.2] }).map(({ label }) => label), ['b', 'a', 'c'])
  t.equal(readNumber({ outputs: [{ value: 1 }, { value: 2 }] }, { model: '', output: 1 }), 2)
  t.ok(Number.isNaN(readNumber({ prediction: 'a', classes: ['a'] }, { model: '', output: 0 })), 'a vote has no number')
})

t.test('a curve has the answers of the rows that it stands for', async t => {
  for (const field of fields) {
    const curve = await drawCurve(ask, row, target, field)
    if (curve === undefined) throw new Error(field.name)
    t.ok(curve.xs.includes(row[field.name] as never), `${field.name} has the row itself`)
    curve.xs.forEach((x, i) => {
      const expected = readNumber(model.predict({ ...row, [field.name]: x }), target)
      if (!Object.is(curve.series[0].ys[i], expected)) t.fail(`${field.name} ${x}`)
    })
  }
})

t.test('an exact curve agrees with a drawn one', async t => {
  const { whatIf } = new LocalModel(dump)
  for (const field of fields.filter(({ kind, usedBy }) => kind === 'number' && usedBy.length > 0)) {
    const traced = traceCurve(whatIf, row, target, field)
    const drawn = await drawCurve(ask, row, target, field)
    if (traced === undefined || drawn === undefined) throw new Error(field.name)
    t.ok(traced.isExact)
    const xs = traced.xs as readonly number[]
    drawn.xs.forEach((x, i) => {
      const place = xs.findLastIndex(from => from <= Number(x))
      // A field that counts has no pieces between whole numbers.
      if (!Number.isInteger(x) && xs.every(Number.isInteger)) return
      if (!Object.is(traced.series[0].ys[place], drawn.series[0].ys[i])) t.fail(`${field.name} ${x}`)
    })
  }
})

t.test('a change changes the answer', async t => {
  const { whatIf } = new LocalModel(dump)
  let found = 0
  for (const row of rows) {
    const now = readVerdict(model.predict(row), target, limits)
    const tried = await tryChanges(ask, row, target, fields, limits)
    const exact = findChanges(whatIf, row, target, fields, limits)
    t.ok(exact.length >= tried.length, 'what is proven finds what is tried')
    for (const { field, to, verdict, number } of [...exact, ...tried]) {
      const changed = model.predict({ ...row, [field]: to })
      if (verdict === now) t.fail(`${field} ${to}`)
      t.strictSame([readVerdict(changed, target, limits), readNumber(changed, target)], [verdict, number])
      found++
    }
  }
  t.ok(found > 10, `${found} changes`)
})

t.test('the way through a tree ends at the leaf that answers', async t => {
  const forest = dump.model as ForestDump
  const local = new LocalModel(dump)
  let sum = 0
  for (let i = 0; i < forest.trees.length; i++) {
    const drawn = local.tree(i, 1000, row)
    if (drawn === undefined) throw new Error('no tree')
    let node = drawn.root
    while (node.children.length > 0) node = node.children.find(child => child.isOnPath) as TreeNode
    t.equal(node.hidden, 0)
    if (node.leaf === undefined) throw new Error('the way ends before a leaf')
    sum += node.leaf.place === 1 ? node.leaf.value : 1 - node.leaf.value
  }
  t.ok(Math.abs(sum / forest.trees.length - readNumber(model.predict(row), target)) < 1e-12)
})

t.test('a tree that is cut says how much is below', async t => {
  const forest = dump.model as ForestDump
  const count = ({ children, hidden }: TreeNode): number => 1 + hidden + children.reduce((sum, child) => sum + count(child), 0)
  for (const depth of [0, 1, 3, 100]) t.equal(count(buildTree(dump, forest, 0, depth)), forest.trees[0].feature.length, String(depth))
  t.equal(depthOf(forest.trees[0]), 8)
  const { question, isOnPath } = buildTree(dump, forest, 0, 1)
  t.notOk(isOnPath, 'without a row nothing is lit')
  t.match(question, { column: 'monthly_spend', test: { sign: '≤', isExact: true } })
  const threshold = question !== undefined && 'threshold' in question.test ? question.test.threshold : NaN
  t.ok(Math.abs(threshold - 71500) < 0.01, `${threshold} rupiahs, not a scaled number`)
})

t.test('explanations and proof', async t => {
  const local = new LocalModel(dump)
  const explained = local.explain(row, target, 3)
  if (!('explanation' in explained)) throw new Error(explained.reason)
  const { base, value, factors, rest } = explained.explanation
  t.equal(factors.length, 3)
  t.ok(Math.abs(base + rest + factors.reduce((sum, { contribution }) => sum + contribution, 0) - value) < 1e-12)
  t.match(local.prove(), { rows: dump.golden.length, problem: undefined })
  t.match(local.answer({ monthly_spend: 'a lot' }), { problems: [{ field: 'monthly_spend' }] })
})
