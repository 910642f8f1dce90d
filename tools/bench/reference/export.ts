/**
 * `node export.js DUMP.json FOREST.bin`: a dump's forest as flat arrays for plain.c and ranked.c; README.md has the
 * layout. For measurements: only what the C programs know, `<=` splits of float32 features without missing values.
 */
import { readFileSync, writeFileSync } from 'node:fs'

/** What is read of a dump. */
interface Forest {
  kind: string
  split: string
  precision: string
  accumulate?: string
  features: string[]
  leaves: string
  nOutputs: number
  aggregate: string
  base?: number[]
  trees: {
    childrenLeft: number[]
    childrenRight: number[]
    feature: number[]
    threshold: (number | string)[]
    missingGoToLeft?: number[]
    categoricalSplits?: unknown[]
    output?: number
    value: (number | number[])[]
  }[]
}

const [dumpPath, outPath] = process.argv.slice(2)
if (outPath === undefined) throw new Error('usage: node export.js DUMP.json FOREST.bin')
const { model } = JSON.parse(readFileSync(dumpPath, 'utf8')) as { model: Forest }
writeFileSync(outPath, exportForest(model))

function exportForest(forest: Forest): Buffer {
  const { features, nOutputs, trees, base = new Array<number>(nOutputs).fill(0) } = forest
  const unknown = trees.some(tree => tree.missingGoToLeft !== undefined || tree.categoricalSplits !== undefined)
  if (forest.kind !== 'forest' || forest.split !== '<=' || forest.precision !== 'float32' || unknown ||
    (forest.accumulate ?? 'float64') !== 'float64') {
    throw new Error('expected one forest with <= splits of float32 features, float64 sums and no missing values')
  }
  const treeStart = [0]
  const left: number[] = []
  const right: number[] = []
  const feature: number[] = []
  const threshold: number[] = []
  const pairStart = [0]
  const pairOutput: number[] = []
  const pairValue: number[] = []
  for (const tree of trees) {
    let leaf = 0
    tree.childrenLeft.forEach((child, node) => {
      left.push(child)
      right.push(tree.childrenRight[node])
      feature.push(tree.feature[node])
      threshold.push(Number(tree.threshold[node]))
      if (child === -1) {
        const value = tree.value[leaf++]
        const all = forest.leaves === 'probabilities'
        const pairs = typeof value !== 'number' ? value : all ? [value, 1] : [tree.output ?? 0, value]
        for (let i = 0; i < pairs.length; i += 2) {
          pairOutput.push(pairs[i])
          pairValue.push(pairs[i + 1])
        }
      }
      pairStart.push(pairValue.length)
    })
    treeStart.push(left.length)
  }
  return Buffer.concat([
    Buffer.from('FOREST01'),
    ints([features.length, nOutputs, trees.length, left.length, pairValue.length, 0]),
    doubles([forest.aggregate === 'mean' ? trees.length : 1]),
    doubles(base), doubles(threshold), doubles(pairValue),
    ints(treeStart), ints(left), ints(right), ints(feature), ints(pairStart), ints(pairOutput)
  ])
}

function ints(values: number[]): Buffer {
  return Buffer.from(Int32Array.from(values).buffer)
}

function doubles(values: number[]): Buffer {
  return Buffer.from(Float64Array.from(values).buffer)
}
