/**
 * Writes the kernels of exact explanations: {@link ../src/explain/shapley.ts} says what they compute. In a loop over
 * the kept players V8 keeps every number in memory; without one, in registers, which takes a third of the time.
 */

/** Paths of which more players are kept are computed in loops. */
const MOST_KEPT = 8

const HEAD = `/** Straight-line kernels of {@link ./shapley.ts}, one per number of kept players, which \`npm run schema\` writes. */
import type { Kernel } from './shapley.js'
`

/** @returns the source of a module */
export function writeKernels(): string {
  const numbers = Array.from({ length: MOST_KEPT + 1 }, (_, a) => a)
  const list = `/** By the number of kept players. */\nexport const KERNELS: readonly Kernel[] = [
${numbers.map(a => `  addKept${a}`).join(',\n')}
]\n`
  return [HEAD, ...numbers.map(writeKernel), list].join('\n')
}

function writeKernel(a: number): string {
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)
  const lines: string[] = []
  for (const j of upTo(a)) lines.push(`const i${j} = at + orders[order${plus(j)}]`)
  for (const j of upTo(a)) lines.push(`const z${j} = shares[i${j}]`)
  for (let j = a - 1; j >= 0; j--) {
    for (const k of upTo(j + 1)) lines.push(`const d${j}_${k} = d${j + 1}_${k} + z${j} * d${j + 1}_${k + 1}`)
  }
  lines.push('const loss = weight * d0_0')
  lines.push(`for (let j = order${plus(a)}; j < order + nPlayers; j++) out[players[at + orders[j]]] -= loss`)
  for (const j of upTo(a)) {
    const [first, ...others] = upTo(j + 1).map(k => k === 0 ? `d${j + 1}_1` : `e${j}_${k} * d${j + 1}_${k + 1}`)
    lines.push(`const s${j} = ${first}${others.map(other => ` +\n      ${other}`).join('')}`)
    lines.push(`out[players[i${j}]] += weight * (1 - z${j}) * s${j}`)
    if (j === a - 1) break
    for (const k of upTo(j + 1)) {
      const above = k === j ? '' : `e${j}_${k + 1} + `
      lines.push(`const e${j + 1}_${k + 1} = ${above}z${j}${k === 0 ? '' : ` * e${j}_${k}`}`)
    }
  }
  return `const addKept${a}: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { nPlayers, place, values, shares, players } = group
${upTo(a + 1).map(k => `  const d${a}_${k} = betas[${k}]\n`).join('')}  for (let i = start; i < end; i++) {
    const leaf = leaves[i]
    const at = leaf * nPlayers
    const order = masks[place + leaf] * nPlayers
    let weight = values[leaf]
    for (let j = order${plus(a)}; j < order + nPlayers; j++) weight *= shares[at + orders[j]]
${lines.map(line => `    ${line}\n`).join('')}  }
}
`
}

const plus = (n: number) => n === 0 ? '' : ` + ${n}`
