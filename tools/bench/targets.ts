/** What was aimed at, and whether it was met. A missed target is shown as missed. */
import { EVALUATORS, SERVERS } from './lib/cases.js'
import { median } from './lib/stats.js'
import type { Group } from './lib/types.js'
import { describeRows } from './measure/evaluate.js'
import { judgedLoads, restedLoad } from './measure/http.js'
import { describeMark } from './measure/memory.js'
import { countFileRows, describeFile, PEAK_MB, SCORED_MODELS, SECONDS } from './measure/score.js'
import { BARE, describeDelay, describeSpeed, MEMORY, STREAM } from './measure/stream.js'
import { ROUTES } from './lib/served.js'
import type { Report } from './run.js'

export interface Target {
  readonly what: string
  readonly measured: string
  readonly target: string
  readonly met: boolean
}

/** Median of a measurement; undefined when there is none. */
export type Lookup = (group: Group, peer: string, task: string, metric: string) => number | undefined

export function lookUp({ measurements }: Report): Lookup {
  return (group, peer, task, metric) => {
    const found = measurements.find(one =>
      one.group === group && one.peer === peer && one.task === task && one.metric === metric)
    return found === undefined ? undefined : median(found.values)
  }
}

/** Only targets for which everything was measured. */
export function judgeTargets(report: Report): Target[] {
  const find = lookUp(report)
  const forests = Object.keys(report.forests).filter(name => name !== 'mljs')
  return [
    ...forests.flatMap(forest => judgeForest(find, forest)),
    ...servedSets(report).flatMap(set => judgeService(find, set)),
    ...judgeStream(find, report), ...judgeScore(find, report)
  ].filter(target => target !== undefined)
}

type Judged = Target | undefined

/** A ratio that must be at least, or at most, a limit. */
function judge(
  what: string, over: number | undefined, under: number | undefined, sense: '≥' | '≤', limit: number
): Judged {
  if (over === undefined || under === undefined) return undefined
  const ratio = over / under
  return {
    what,
    measured: `${ratio.toFixed(ratio > 20 ? 0 : 2)} times`,
    target: `${sense} ${limit} times`,
    met: sense === '≥' ? ratio >= limit : ratio <= limit
  }
}

function judgeForest(find: Lookup, forest: string): Judged[] {
  const time = (peer: string, batch: number) => find('evaluate', peer, `${forest}, ${describeRows(batch)}`, 'ns per row')
  const own = time('recall-ml', 1)
  const peers = EVALUATORS.filter(({ name, ownForest }) =>
    !name.startsWith('recall-ml') && name !== 'c-ranked' && ownForest !== true && time(name, 1) !== undefined)
  const fastest = peers.sort((a, b) => (time(a.name, 1) ?? 0) - (time(b.name, 1) ?? 0))[0]
  const one = (peer: string, words: string, limit: number) =>
    judge(`${forest}, 1 row: ${words} ÷ recall-ml`, time(peer, 1), own, '≥', limit)
  const thousand = (peer: string, words: string) =>
    judge(`${forest}, 1,000 rows, 1 thread: ${words} ÷ recall-ml`, time(peer, 1000), time('recall-ml', 1000), '≥', 1)
  return [
    fastest && one(fastest.name, `the fastest peer (${fastest.title})`, 1),
    judge(`${forest}, 1 row: recall-ml ÷ the same in C`, own, time('c-ranked', 1), '≤', 1.5),
    one('onnxruntime-node', 'onnxruntime-node', 4),
    one('m2cgen', "m2cgen's JavaScript", 10),
    thousand('treelite', "treelite's C"),
    thousand('onnxruntime-python', 'onnxruntime'),
    judge(`${forest}, 100,000 rows, 2 threads: scikit-learn ÷ recall-ml`,
      time('scikit-learn-threads', 100_000), time('recall-ml-threads', 100_000), '≥', 1)
  ]
}

/** The sets of models that were served by whole services. */
export function servedSets({ measurements }: Report): string[] {
  const whole = measurements.filter(({ group }) => group === 'http' || group === 'start' || group === 'memory')
  return [...new Set(whole.map(({ task }) => task.split(', ')[0]))]
}

function judgeService(find: Lookup, set: string): Judged[] {
  const rate = (peer: string, task: string) => find('http', peer, task, 'requests per second')
  const p99 = (peer: string, task: string) => find('http', peer, task, 'p99, ms')
  const ours = SERVERS.filter(({ name }) => name.startsWith('recall-ml'))
  const start = (peer: string) => find('start', peer, `${set}, start`, 'ms to the first answer')
  const memory = (peer: string, requests: number) => find('memory', peer, `${set}, memory`, describeMark(requests))
  const last = [200_000, 100_000, 20_000].find(requests => memory('recall-ml', requests) !== undefined) ?? 200_000
  return [
    ...ours.flatMap(({ name, title }) => [
      ...judgedLoads(set).map(task => judge(`${task}: requests per second, ${title} ÷ bare Fastify`,
        rate(name, task), rate('fastify', task), '≥', 0.85)),
      ...[...judgedLoads(set), restedLoad(set)].map(task =>
        judge(`${task}: p99, ${title} ÷ bare Fastify`, p99(name, task), p99('fastify', task), '≤', 1.3))
    ]),
    ...judgedLoads(set).map(task =>
      judge(`${task}: requests per second, recall-ml ÷ Flask`, rate('recall-ml', task), rate('flask', task), '≥', 150)),
    judgeDifference(`${set}, start: recall-ml − bare Fastify`, start('recall-ml'), start('fastify'), 150, 'ms'),
    judgeDifference(`${set}, memory at rest: recall-ml − bare Fastify`,
      memory('recall-ml', 0), memory('fastify', 0), 60, 'MB'),
    judgeDifference(`${set}, memory after ${last.toLocaleString('en')} requests: recall-ml − bare Fastify`,
      memory('recall-ml', last), memory('fastify', last), 60, 'MB'),
    judge(`${set}, memory of recall-ml: after 1,000,000 requests ÷ after 20,000`,
      memory('recall-ml', 1_000_000), memory('recall-ml', 20_000), '≤', 1.05)
  ]
}

function judgeScore(find: Lookup, { quick, served }: Report): Judged[] {
  return SCORED_MODELS.flatMap(model => {
    const task = describeFile(countFileRows(quick), model)
    const [own, pandas] = ['recall-ml-score', 'pandas'].map(peer => (metric: string) => find('score', peer, task, metric))
    return [
      judge(`${served}, a file of ${task}: seconds, pandas ÷ recall-ml`, pandas(SECONDS), own(SECONDS), '≥', 1),
      judge(`${served}, a file of ${task}: memory, recall-ml ÷ pandas`, own(PEAK_MB), pandas(PEAK_MB), '≤', 0.2)
    ]
  })
}

function judgeStream(find: Lookup, { served }: Report): Judged[] {
  const delay = (peer: string) => find('stream', peer, describeDelay(32), 'p99, ms')
  const rows = find('stream', STREAM, MEMORY, 'rows') ?? 0
  const memory = find('stream', STREAM, MEMORY, 'highest MB')
  return [
    ...ROUTES.map(route => {
      const rate = (peer: string) => find('stream', peer, describeSpeed(route), 'rows per second')
      return judge(`${served}, ${describeSpeed(route)}: rows per second ÷ the bare loop's`, rate(STREAM), rate(BARE), '≥', 0.6)
    }),
    judge(`${served}, ${describeDelay(32)}: p99 beside a stream ÷ without`, delay(STREAM), delay('no stream'), '≤', 2),
    judgeDifference(`memory while ${(rows / 1e6).toFixed(1)} million rows stream`, memory, 0, 250, 'MB')
  ]
}

function judgeDifference(what: string, a: number | undefined, b: number | undefined, limit: number, unit: string): Judged {
  if (a === undefined || b === undefined) return undefined
  return { what, measured: `${(a - b).toFixed(0)} ${unit}`, target: `≤ ${limit} ${unit}`, met: a - b <= limit }
}

