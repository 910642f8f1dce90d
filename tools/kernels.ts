/**
 * Writes the kernels of exact explanations: {@link ../src/explain/shapley.ts} says what they compute. In loops over the
 * players V8 keeps every number in memory; without any, in registers, which takes half of the time.
 */

/** Longer paths, and those of which more players are kept, are computed in loops. */
const MOST_PLAYERS = 12
const MOST_KEPT = 8

const WIDTH = 120

const HEAD = `/** Straight-line kernels of {@link ./shapley.ts}, which \`npm run schema\` writes. */
import type { Kernel } from './shapley.js'
`

/** @returns the source of a module */
export function writeKernels(): string {
  const kernels = upTo(MOST_PLAYERS).map(i =>
    upTo(Math.min(i + 1, MOST_KEPT) + 1).map(a => ({ name: `keep${a}Of${i + 1}`, text: writeKernel(a, i + 1) })))
  const rows = kernels.map(row => fill('  [', row.map(({ name }) => name), ']', '    '))
  const list = `/** By the number of players, from 1 on, and how many of them are kept. */
export const KERNELS: ReadonlyArray<readonly Kernel[]> = [
${rows.join(',\n')}
]
`
  return [HEAD, ...kernels.flatMap(row => row.map(({ text }) => text)), list].join('\n')
}

/** @param a kept players of n */
function writeKernel(a: number, n: number): string {
  const kept = upTo(a)
  const broken = upTo(n).slice(a)
  const product = (factors: readonly string[]) => factors.join(' * ')
  const body: string[] = []
  const define = (definitions: readonly string[]) => {
    if (definitions.length > 0) body.push(fill('    const ', definitions, '', '      '))
  }
  define(['leaf = leaves[i]', `at = leaf * ${n}`, `order = masks[place + leaf] * ${n}`, 'to = offsets[leaf]'])
  define(upTo(n).map(j => `i${j} = at + orders[order${j === 0 ? '' : ` + ${j}`}]`))
  define(upTo(n).map(j => `z${j} = shares[i${j}]`))
  define([`weight = ${product(['values[leaf]', ...broken.map(j => `z${j}`)])}`])
  // Without a broken player nothing asks for c, and so for none of the first numbers that lead to it.
  const first = broken.length > 0 ? 0 : 1
  define([...kept].reverse().flatMap(j =>
    upTo(j + 1).slice(first).map(k => `d${j}_${k} = d${j + 1}_${k} + z${j} * d${j + 1}_${k + 1}`)))
  if (broken.length > 0) define(['loss = weight * d0_0'])
  for (const j of broken) body.push(`    out[to + players[i${j}]] -= loss`)
  define(kept.slice(0, -1).flatMap(j => upTo(j + 1).map(k =>
    `e${j + 1}_${k + 1} = ${k === j ? '' : `e${j}_${k + 1} + `}z${j}${k === 0 ? '' : ` * e${j}_${k}`}`)))
  define(kept.map(j =>
    `s${j} = ${upTo(j + 1).map(k => k === 0 ? `d${j + 1}_1` : `e${j}_${k} * d${j + 1}_${k + 1}`).join(' + ')}`))
  for (const j of kept) body.push(`    out[to + players[i${j}]] += weight * (1 - z${j}) * s${j}`)
  const betas = upTo(a + 1).slice(first).map(k => `d${a}_${k} = betas[${k}]`)
  return `const keep${a}Of${n}: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
${fill('  const ', betas, '', '    ')}
  for (let i = start; i < end; i++) {
${body.join('\n')}
  }
}
`
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i)
}

/** A list in lines that are as full as they can be; what is too long for one is broken after a space. */
function fill(before: string, parts: readonly string[], after: string, indent: string): string {
  const lines = [before]
  for (const word of parts.join(', ').split(/(?<=, )/)) {
    const last = lines.length - 1
    if (lines[last].length + word.trimEnd().length > WIDTH && lines[last].trim() !== '') lines.push(indent)
    lines[lines.length - 1] += word
  }
  return lines.map(line => line.trimEnd()).join('\n') + after
}
