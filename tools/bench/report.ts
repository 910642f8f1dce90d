/** A result as Markdown, which is what the terminal shows too. */
import { EVALUATORS, SCORERS, SERVERS } from './lib/cases.js'
import { median, spread } from './lib/stats.js'
import type { Group, Measurement } from './lib/types.js'
import { AXES, describeGrowth, growthPoints } from './measure/growth.js'
import type { Report } from './run.js'
import { judgeTargets, servedSets } from './targets.js'

type Cell = string | undefined

/** All tables of a result. */
export function renderReport(report: Report): string {
  const sections = [
    renderHead(report), renderTargets(report),
    ...Object.keys(report.forests).map(forest => renderForest(report, forest)),
    renderHttp(report), ...servedSets(report).map(set => renderWhole(report, set)), renderStream(report), renderBatches(report),
    renderScore(report), renderGrowth(report), renderNotes(report)
  ]
  return `${sections.filter(section => section !== '').join('\n\n')}\n`
}

function renderHead(report: Report): string {
  const { date, commit, quick, rounds, machine, versions, client, forests, measurements } = report
  const lines = [
    `${quick ? '**A quick run: noisy.** ' : ''}${date.slice(0, 10)}, commit ${commit}, ${rounds === 1 ? '1 round.' : `${rounds} rounds; medians, ± half of the range.`}`,
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GiB, ${machine.system}, load ${machine.load} at the start.`,
    `Versions: ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')}.`,
    ...Object.entries(forests).map(([name, shape]) => `- ${name}: ${shape}`)
  ]
  if (measurements.some(({ group }) => group === 'http')) lines.push(`- HTTP: client: ${client}`)
  return lines.join('\n')
}

function renderTargets(report: Report): string {
  const targets = judgeTargets(report)
  const rows = targets.map(({ what, measured, target, met }) => [what, measured, target, met ? 'met' : '**missed**'])
  return targets.length === 0 ? '' : `### Targets\n\n${table(['', 'measured', 'target', ''], rows)}`
}

function renderForest({ measurements, forests }: Report, forest: string): string {
  const mine = measurements.filter(({ group }) => group === 'evaluate')
  const batches = [...new Set(mine.filter(({ task }) => task.startsWith(`${forest}, `)).map(({ task }) => task))]
  if (batches.length === 0) return ''
  const own = (task: string) => {
    const found = mine.find(one => one.peer.startsWith('recall-ml') && one.task === task)
    return found === undefined ? undefined : median(found.values)
  }
  const rows = EVALUATORS.filter(({ name }) => mine.some(one => one.peer === name && batches.includes(one.task)))
    .map(({ name, title, ownForest }): Cell[] => {
      const off = mine.find(one => one.peer === name && one.task === forest && one.metric === 'largest deviation')
      const offRows = mine.find(one => one.peer === name && one.task === forest && one.metric.startsWith('rows off'))
      return [
        title,
        ...batches.map(task => {
          const found = mine.find(one => one.peer === name && one.task === task)
          if (found === undefined) return undefined
          const reference = own(task)
          const times = reference === undefined ? '' : ` (${formatRatio(median(found.values) / reference)})`
          return `${formatNumber(median(found.values) / 1000)} µs${formatSpread(found)}${times}`
        }),
        ownForest === true ? 'another forest' : formatDeviation(off?.values[0], offRows?.values[0])
      ]
    })
  const columns = batches.map(task => `a row of ${task.slice(forest.length + 2)}`)
  return `### ${forest}: ${forests[forest]}\n\n${table(['', ...columns, 'largest deviation'], rows)}`
}

function formatDeviation(largest: number | undefined, rows: number | undefined): Cell {
  if (largest === undefined) return undefined
  if (largest === 0) return 'exact'
  const text = Number.isNaN(largest) ? 'NaN' : largest.toExponential(0)
  return rows === undefined || rows === 0 ? text : `${text}; ${rows} rows of 1,000 off by more than 1e-4`
}

function renderHttp({ measurements }: Report): string {
  const mine = measurements.filter(({ group }) => group === 'http')
  const modes = [...new Set(mine.map(({ task }) => task.slice(0, task.lastIndexOf(', '))))]
  return modes.map(mode => {
    const tasks = [...new Set(mine.filter(({ task }) => task.startsWith(`${mode}, `)).map(({ task }) => task))]
    const columns = tasks.map(task => task.slice(mode.length + 2))
    const cells = (format: (peer: string, task: string) => Cell) =>
      table(['', ...columns], SERVERS.filter(({ name }) => mine.some(one => one.peer === name && tasks.includes(one.task)))
        .map(({ name, title }) => [title, ...tasks.map(task => format(name, task))]))
    const find = (peer: string, task: string, metric: string) =>
      mine.find(one => one.peer === peer && one.task === task && one.metric === metric)
    const rates = cells((peer, task) => formatMeasurement(find(peer, task, 'requests per second')))
    const delays = cells((peer, task) => {
      const [p50, p99] = [find(peer, task, 'p50, ms'), find(peer, task, 'p99, ms')]
      return p50 && p99 && `${formatNumber(median(p50.values))} / ${formatNumber(median(p99.values))}`
    })
    return `### HTTP, ${mode}\n\nRequests a second:\n\n${rates}\n\nMilliseconds, p50 / p99:\n\n${delays}`
  }).join('\n\n')
}

/** Start and memory of whole services. */
function renderWhole({ measurements }: Report, set: string): string {
  const groups: Group[] = ['start', 'memory']
  const mine = measurements.filter(({ group, task }) => groups.includes(group) && task.startsWith(`${set}, `))
  if (mine.length === 0) return ''
  const metrics = [...new Set(mine.map(({ metric }) => metric))].sort((a, b) => order(a) - order(b))
  const rows = SERVERS.filter(({ name }) => mine.some(({ peer }) => peer === name)).map(({ name, title }) =>
    [title, ...metrics.map(metric => formatMeasurement(mine.find(one => one.peer === name && one.metric === metric)))])
  return `### Start and memory, ${set} models, one process\n\n${table(['', ...metrics], rows)}`
}

/** The start, then memory by the number of requests. */
function order(metric: string): number {
  if (metric.startsWith('ms')) return -2
  if (metric === 'MB at the end') return Infinity
  return metric === 'MB at rest' ? -1 : Number(metric.replace(/\D/g, ''))
}

function renderScore({ measurements }: Report): string {
  const mine = measurements.filter(({ group }) => group === 'score')
  if (mine.length === 0) return ''
  const columns = mine.filter(({ peer }) => peer === mine[0].peer)
  const rows = SCORERS.filter(({ name }) => mine.some(({ peer }) => peer === name)).map(({ name, title }) =>
    [title, ...columns.map(({ task, metric }) =>
      formatMeasurement(mine.find(one => one.peer === name && one.task === task && one.metric === metric)))])
  return `### A file, from start to end\n\n${table(['', ...columns.map(({ task, metric }) => `${task}: ${metric}`)], rows)}`
}

function renderGrowth({ measurements }: Report): string {
  const lines = AXES.flatMap(axis => {
    const points = growthPoints(measurements, axis.name)
    return points.length < 2 ? [] : [`- ${describeGrowth(axis, points)}`]
  })
  return lines.length === 0 ? '' : `### Growth\n\n${lines.join('\n')}`
}

/** Each task with what was measured of it, with and without the stream, or beside the bare loop. */
function renderStream({ measurements }: Report): string {
  const mine = measurements.filter(({ group }) => group === 'stream')
  if (mine.length === 0) return ''
  const rows = mine.map(one => [one.task, one.peer, one.metric, formatMeasurement(one)])
  return `### Streams, one process\n\n${table(['', '', '', ''], rows)}`
}

/** Rows of each way in, by forest. */
function renderBatches({ measurements }: Report): string {
  const mine = measurements.filter(({ group }) => group === 'batches')
  if (mine.length === 0) return ''
  return `### Many rows, large forests\n\n${table(['', 'rows per second'], mine.map(one => [one.task, formatMeasurement(one)]))}`
}

function renderNotes({ notes }: Report): string {
  return notes.length === 0 ? '' : `### Left out, or to be known\n\n${notes.map(note => `- ${note}`).join('\n')}`
}

function formatMeasurement(measurement: Measurement | undefined): Cell {
  if (measurement === undefined) return undefined
  return `${formatNumber(median(measurement.values))}${formatSpread(measurement)}`
}

/** Nothing when it was measured once: that it is the same each time is not known. */
function formatSpread({ values }: Measurement): string {
  return values.length > 1 ? ` ± ${(100 * spread(values)).toFixed(0)}%` : ''
}

/** Three digits that matter. */
function formatNumber(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

function formatRatio(ratio: number): string {
  return `${ratio >= 10 ? Math.round(ratio).toLocaleString('en') : ratio.toFixed(ratio >= 1 ? 1 : 2)}×`
}

/** Columns as wide as their widest cell, so that it reads well without a renderer. */
function table(head: readonly string[], rows: ReadonlyArray<readonly Cell[]>): string {
  const lines = [head, ...rows].map(row => row.map(cell => cell ?? ''))
  const widths = head.map((_, i) => Math.max(3, ...lines.map(line => line[i].length)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`
  return [line(lines[0]), line(widths.map(width => '-'.repeat(width))), ...lines.slice(1).map(line)].join('\n')
}
