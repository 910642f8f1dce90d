/** A result for readers: tables between the markers of docs/benchmarks.md, charts beside it. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EVALUATORS, SERVERS } from './lib/cases.js'
import { drawBars, drawLines } from './chart.js'
import { PROJECT } from './lib/paths.js'
import { median } from './lib/stats.js'
import { AXES, growthPoints } from './measure/growth.js'
import { describeLoad } from './measure/http.js'
import { renderReport } from './report.js'
import type { Report } from './run.js'
import { lookUp } from './targets.js'

const BEGIN = '<!-- begin: written by npm run bench -- --publish -->'
const END = '<!-- end -->'

/** @throws Error when the document has no markers */
export function publish(report: Report): void {
  const document = join(PROJECT, 'docs', 'benchmarks.md')
  const folder = join(PROJECT, 'docs', 'benchmarks')
  const text = readFileSync(document, 'utf8')
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`${document}: expected the lines ${BEGIN} and ${END}`)
  mkdirSync(folder, { recursive: true })
  const charts = Object.entries(drawCharts(report)).map(([name, svg]) => {
    const file = join(folder, `${name}.svg`)
    if (svg === undefined) {
      if (existsSync(file)) rmSync(file)
      return undefined
    }
    writeFileSync(file, svg)
    return `![${/<title>(.*?)<\/title>/.exec(svg)?.[1]}](benchmarks/${name}.svg)`
  }).filter(chart => chart !== undefined)
  writeFileSync(join(folder, 'result.json'), JSON.stringify(report))
  const body = [...charts, renderReport(report)].join('\n\n')
  writeFileSync(document, `${text.slice(0, begin)}${BEGIN}\n\n${body}\n${text.slice(end)}`)
}

function drawCharts(report: Report): Record<string, string | undefined> {
  const find = lookUp(report)
  const [forest] = Object.keys(report.forests)
  const bars = EVALUATORS.flatMap(({ name, title }) => {
    const ns = find('evaluate', name, `${forest}, 1 row`, 'ns per row')
    return ns === undefined ? [] : [{ label: title, value: ns / 1000, strong: name === 'recall-ml' }]
  })
  const rates = SERVERS.flatMap(({ name, title }) => {
    const points = [1, 8, 32, 64, 256].flatMap((connections): Array<[number, number]> => {
      const rate = find('http', name, describeLoad(report.served, 'predict', 1, connections), 'requests per second')
      return rate === undefined ? [] : [[connections, rate]]
    })
    return points.length === 0 ? [] : [{ label: title, points, strong: name === 'recall-ml' }]
  })
  const isSmall = (name: string) => name === 'classes' || name === 'depth'
  const drawGrowth = (small: boolean, title: string, axis: string) => {
    const lines = AXES.filter(({ name }) => isSmall(name) === small).flatMap(({ name, words }) => {
      const points = growthPoints(report.measurements, name).map(([x, ns]): [number, number] => [x, ns / 1000])
      return points.length < 2 ? [] : [{ label: words, points, strong: name === 'nodes' }]
    })
    return lines.length === 0 ? undefined : drawLines(title, axis, 'µs per row', lines)
  }
  const memory = SERVERS.flatMap(({ name, title }) => {
    const points = report.measurements
      .filter(one => one.group === 'memory' && one.peer === name && one.task.startsWith(`${report.served}, `))
      .filter(({ metric }) => metric.startsWith('MB after'))
      .map(({ metric, values }): [number, number] => [Number(metric.replace(/\D/g, '')), median(values)])
    return points.length < 2 ? [] : [{ label: title, points, strong: name === 'recall-ml' }]
  })
  return {
    evaluate: bars.length === 0 ? undefined : drawBars(`Time of one row: ${report.forests[forest]}`, 'µs', bars),
    http: rates.length === 0 ? undefined : drawLines('POST /predict, one process', 'connections', 'requests per second', rates),
    memory: memory.length === 0 ? undefined : drawLines('Memory of one process', 'requests', 'MB', memory),
    growth: drawGrowth(false, 'Time of a row as the forest and the call grow', 'trees, nodes, rows a call'),
    'growth-shape': drawGrowth(true, 'Time of a row as depth and classes grow', 'depth, classes')
  }
}
