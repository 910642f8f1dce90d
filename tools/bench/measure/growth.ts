/** How the time of a row grows with the forest and with the rows of a call. */
import { join } from 'node:path'
import { COMPILED } from '../lib/paths.js'
import { run } from '../lib/processes.js'
import { fitPowerLaw, median } from '../lib/stats.js'
import type { Size } from '../lib/synthetic.js'
import type { Measurement, Recorder, Settings } from '../lib/types.js'

/** What grows, while the rest stays. */
export interface Axis {
  readonly name: string
  /** In a sentence: 'twice the trees'. */
  readonly words: string
  readonly values: readonly number[]
  readonly quick: readonly number[]
  size(value: number): Partial<Size> & { readonly batch?: number }
}

const USUAL: Size & { readonly batch: number } = { trees: 100, depth: 8, nodes: 0, classes: 10, batch: 1000 }

export const AXES: readonly Axis[] = [
  { name: 'trees', words: 'trees', values: [10, 30, 100, 300, 1000, 2000], quick: [10, 100, 1000], size: trees => ({ trees }) },
  { name: 'depth', words: 'depth', values: [2, 4, 6, 8, 10, 12, 14], quick: [2, 6, 10], size: depth => ({ depth }) },
  { name: 'nodes', words: 'nodes', values: [1000, 10_000, 100_000, 300_000, 1_000_000, 3_000_000], quick: [1000, 30_000, 300_000], size: nodes => ({ depth: 0, nodes }) },
  { name: 'classes', words: 'classes', values: [2, 4, 8, 16, 32, 64, 100], quick: [2, 10, 100], size: classes => ({ classes }) },
  { name: 'rows', words: 'rows a call', values: [1, 10, 100, 1000, 10_000, 100_000], quick: [1, 100, 10_000], size: batch => ({ batch }) }
]

export async function measureGrowth(settings: Settings, recorder: Recorder): Promise<void> {
  const axes = AXES.filter(({ name }) => settings.wants('growth', name))
  const rounds = Math.min(settings.rounds, 3)
  for (let round = 1; round <= rounds; round++) {
    for (const axis of axes) {
      for (const value of settings.quick ? axis.quick : axis.values) {
        recorder.progress(`growth: ${value} ${axis.words}, round ${round} of ${rounds}`)
        const { batch, ...size } = { ...USUAL, ...axis.size(value) }
        const args = [join(COMPILED, 'peers', 'growth.js'), settings.root, JSON.stringify(size), String(batch), String(settings.milliseconds)]
        const ns = Number(await run({ program: process.execPath, args }, 300_000))
        recorder.add('growth', axis.name, String(value), 'ns per row', ns)
      }
    }
  }
}

/** [x, ns per row] of an axis. */
export function growthPoints(measurements: readonly Measurement[], axis: string): Array<[number, number]> {
  return measurements.filter(({ group, peer }) => group === 'growth' && peer === axis)
    .map(({ task, values }): [number, number] => [Number(task), median(values)])
}

/** The law in words: 'twice the trees take 1.96 times as long'. */
export function describeGrowth({ words }: Axis, points: ReadonlyArray<readonly [number, number]>): string {
  const { exponent, r2 } = fitPowerLaw(points)
  const factor = 2 ** exponent
  const law = Math.abs(factor - 1) < 0.03
    ? `the time of a row does not depend on the ${words}`
    : `twice the ${words}: ${factor.toFixed(2)} times the time of a row`
  return `${law} (time ~ ${words}^${exponent.toFixed(2)}, R² ${r2.toFixed(2)}, ${points[0][0].toLocaleString('en')} to ${points.at(-1)?.[0].toLocaleString('en')})`
}
