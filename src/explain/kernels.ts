/** Straight-line kernels of {@link ./shapley.ts}, one per number of kept players, which `npm run schema` writes. */
import { gather, PLAYERS, SHARES, type Kernel } from './gather.js'

const addKept0: Kernel = (group, lists, start, end, masks, betas, out) => {
  const { nPlayers, values } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = lists[i]
    gather(group, leaf, masks)
    let weight = values[leaf]
    for (let j = 0; j < nPlayers; j++) weight *= SHARES[j]
    const loss = weight * d0_0
    for (let j = 0; j < nPlayers; j++) out[PLAYERS[j]] -= loss
  }
}

const addKept1: Kernel = (group, lists, start, end, masks, betas, out) => {
  const { nPlayers, values } = group
  const d1_0 = betas[0]
  const d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = lists[i]
    gather(group, leaf, masks)
    let weight = values[leaf]
    for (let j = 1; j < nPlayers; j++) weight *= SHARES[j]
    const z0 = SHARES[0]
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    for (let j = 1; j < nPlayers; j++) out[PLAYERS[j]] -= loss
    out[PLAYERS[0]] += weight * (1 - z0) * (d1_1)
  }
}

const addKept2: Kernel = (group, lists, start, end, masks, betas, out) => {
  const { nPlayers, values } = group
  const d2_0 = betas[0]
  const d2_1 = betas[1]
  const d2_2 = betas[2]
  for (let i = start; i < end; i++) {
    const leaf = lists[i]
    gather(group, leaf, masks)
    let weight = values[leaf]
    for (let j = 2; j < nPlayers; j++) weight *= SHARES[j]
    const z0 = SHARES[0]
    const z1 = SHARES[1]
    const d1_0 = d2_0 + z1 * d2_1
    const d1_1 = d2_1 + z1 * d2_2
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    for (let j = 2; j < nPlayers; j++) out[PLAYERS[j]] -= loss
    out[PLAYERS[0]] += weight * (1 - z0) * (d1_1)
    const e1_1 = z0
    out[PLAYERS[1]] += weight * (1 - z1) * (d2_1 + e1_1 * d2_2)
  }
}

const addKept3: Kernel = (group, lists, start, end, masks, betas, out) => {
  const { nPlayers, values } = group
  const d3_0 = betas[0]
  const d3_1 = betas[1]
  const d3_2 = betas[2]
  const d3_3 = betas[3]
  for (let i = start; i < end; i++) {
    const leaf = lists[i]
    gather(group, leaf, masks)
    let weight = values[leaf]
    for (let j = 3; j < nPlayers; j++) weight *= SHARES[j]
    const z0 = SHARES[0]
    const z1 = SHARES[1]
    const z2 = SHARES[2]
    const d2_0 = d3_0 + z2 * d3_1
    const d2_1 = d3_1 + z2 * d3_2
    const d2_2 = d3_2 + z2 * d3_3
    const d1_0 = d2_0 + z1 * d2_1
    const d1_1 = d2_1 + z1 * d2_2
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    for (let j = 3; j < nPlayers; j++) out[PLAYERS[j]] -= loss
    out[PLAYERS[0]] += weight * (1 - z0) * (d1_1)
    const e1_1 = z0
    out[PLAYERS[1]] += weight * (1 - z1) * (d2_1 + e1_1 * d2_2)
    const e2_1 = e1_1 + z1
    const e2_2 = z1 * e1_1
    out[PLAYERS[2]] += weight * (1 - z2) * (d3_1 + e2_1 * d3_2 + e2_2 * d3_3)
  }
}

const addKept4: Kernel = (group, lists, start, end, masks, betas, out) => {
  const { nPlayers, values } = group
  const d4_0 = betas[0]
  const d4_1 = betas[1]
  const d4_2 = betas[2]
  const d4_3 = betas[3]
  const d4_4 = betas[4]
  for (let i = start; i < end; i++) {
    const leaf = lists[i]
    gather(group, leaf, masks)
    let weight = values[leaf]
    for (let j = 4; j < nPlayers; j++) weight *= SHARES[j]
    const z0 = SHARES[0]
    const z1 = SHARES[1]
    const z2 = SHARES[2]
    const z3 = SHARES[3]
    const d3_0 = d4_0 + z3 * d4_1
    const d3_1 = d4_1 + z3 * d4_2
    const d3_2 = d4_2 + z3 * d4_3
    const d3_3 = d4_3 + z3 * d4_4
    const d2_0 = d3_0 + z2 * d3_1
    const d2_1 = d3_1 + z2 * d3_2
    const d2_2 = d3_2 + z2 * d3_3
    const d1_0 = d2_0 + z1 * d2_1
    const d1_1 = d2_1 + z1 * d2_2
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    for (let j = 4; j < nPlayers; j++) out[PLAYERS[j]] -= loss
    out[PLAYERS[0]] += weight * (1 - z0) * (d1_1)
    const e1_1 = z0
    out[PLAYERS[1]] += weight * (1 - z1) * (d2_1 + e1_1 * d2_2)
    const e2_1 = e1_1 + z1
    const e2_2 = z1 * e1_1
    out[PLAYERS[2]] += weight * (1 - z2) * (d3_1 + e2_1 * d3_2 + e2_2 * d3_3)
    const e3_1 = e2_1 + z2
    const e3_2 = e2_2 + z2 * e2_1
    const e3_3 = z2 * e2_2
    out[PLAYERS[3]] += weight * (1 - z3) * (d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4)
  }
}

const addKept5: Kernel = (group, lists, start, end, masks, betas, out) => {
  const { nPlayers, values } = group
  const d5_0 = betas[0]
  const d5_1 = betas[1]
  const d5_2 = betas[2]
  const d5_3 = betas[3]
  const d5_4 = betas[4]
  const d5_5 = betas[5]
  for (let i = start; i < end; i++) {
    const leaf = lists[i]
    gather(group, leaf, masks)
    let weight = values[leaf]
    for (let j = 5; j < nPlayers; j++) weight *= SHARES[j]
    const z0 = SHARES[0]
    const z1 = SHARES[1]
    const z2 = SHARES[2]
    const z3 = SHARES[3]
    const z4 = SHARES[4]
    const d4_0 = d5_0 + z4 * d5_1
    const d4_1 = d5_1 + z4 * d5_2
    const d4_2 = d5_2 + z4 * d5_3
    const d4_3 = d5_3 + z4 * d5_4
    const d4_4 = d5_4 + z4 * d5_5
    const d3_0 = d4_0 + z3 * d4_1
    const d3_1 = d4_1 + z3 * d4_2
    const d3_2 = d4_2 + z3 * d4_3
    const d3_3 = d4_3 + z3 * d4_4
    const d2_0 = d3_0 + z2 * d3_1
    const d2_1 = d3_1 + z2 * d3_2
    const d2_2 = d3_2 + z2 * d3_3
    const d1_0 = d2_0 + z1 * d2_1
    const d1_1 = d2_1 + z1 * d2_2
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    for (let j = 5; j < nPlayers; j++) out[PLAYERS[j]] -= loss
    out[PLAYERS[0]] += weight * (1 - z0) * (d1_1)
    const e1_1 = z0
    out[PLAYERS[1]] += weight * (1 - z1) * (d2_1 + e1_1 * d2_2)
    const e2_1 = e1_1 + z1
    const e2_2 = z1 * e1_1
    out[PLAYERS[2]] += weight * (1 - z2) * (d3_1 + e2_1 * d3_2 + e2_2 * d3_3)
    const e3_1 = e2_1 + z2
    const e3_2 = e2_2 + z2 * e2_1
    const e3_3 = z2 * e2_2
    out[PLAYERS[3]] += weight * (1 - z3) * (d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4)
    const e4_1 = e3_1 + z3
    const e4_2 = e3_2 + z3 * e3_1
    const e4_3 = e3_3 + z3 * e3_2
    const e4_4 = z3 * e3_3
    out[PLAYERS[4]] += weight * (1 - z4) * (d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5)
  }
}

const addKept6: Kernel = (group, lists, start, end, masks, betas, out) => {
  const { nPlayers, values } = group
  const d6_0 = betas[0]
  const d6_1 = betas[1]
  const d6_2 = betas[2]
  const d6_3 = betas[3]
  const d6_4 = betas[4]
  const d6_5 = betas[5]
  const d6_6 = betas[6]
  for (let i = start; i < end; i++) {
    const leaf = lists[i]
    gather(group, leaf, masks)
    let weight = values[leaf]
    for (let j = 6; j < nPlayers; j++) weight *= SHARES[j]
    const z0 = SHARES[0]
    const z1 = SHARES[1]
    const z2 = SHARES[2]
    const z3 = SHARES[3]
    const z4 = SHARES[4]
    const z5 = SHARES[5]
    const d5_0 = d6_0 + z5 * d6_1
    const d5_1 = d6_1 + z5 * d6_2
    const d5_2 = d6_2 + z5 * d6_3
    const d5_3 = d6_3 + z5 * d6_4
    const d5_4 = d6_4 + z5 * d6_5
    const d5_5 = d6_5 + z5 * d6_6
    const d4_0 = d5_0 + z4 * d5_1
    const d4_1 = d5_1 + z4 * d5_2
    const d4_2 = d5_2 + z4 * d5_3
    const d4_3 = d5_3 + z4 * d5_4
    const d4_4 = d5_4 + z4 * d5_5
    const d3_0 = d4_0 + z3 * d4_1
    const d3_1 = d4_1 + z3 * d4_2
    const d3_2 = d4_2 + z3 * d4_3
    const d3_3 = d4_3 + z3 * d4_4
    const d2_0 = d3_0 + z2 * d3_1
    const d2_1 = d3_1 + z2 * d3_2
    const d2_2 = d3_2 + z2 * d3_3
    const d1_0 = d2_0 + z1 * d2_1
    const d1_1 = d2_1 + z1 * d2_2
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    for (let j = 6; j < nPlayers; j++) out[PLAYERS[j]] -= loss
    out[PLAYERS[0]] += weight * (1 - z0) * (d1_1)
    const e1_1 = z0
    out[PLAYERS[1]] += weight * (1 - z1) * (d2_1 + e1_1 * d2_2)
    const e2_1 = e1_1 + z1
    const e2_2 = z1 * e1_1
    out[PLAYERS[2]] += weight * (1 - z2) * (d3_1 + e2_1 * d3_2 + e2_2 * d3_3)
    const e3_1 = e2_1 + z2
    const e3_2 = e2_2 + z2 * e2_1
    const e3_3 = z2 * e2_2
    out[PLAYERS[3]] += weight * (1 - z3) * (d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4)
    const e4_1 = e3_1 + z3
    const e4_2 = e3_2 + z3 * e3_1
    const e4_3 = e3_3 + z3 * e3_2
    const e4_4 = z3 * e3_3
    out[PLAYERS[4]] += weight * (1 - z4) * (d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5)
    const e5_1 = e4_1 + z4
    const e5_2 = e4_2 + z4 * e4_1
    const e5_3 = e4_3 + z4 * e4_2
    const e5_4 = e4_4 + z4 * e4_3
    const e5_5 = z4 * e4_4
    out[PLAYERS[5]] += weight * (1 - z5) * (d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6)
  }
}

const addKept7: Kernel = (group, lists, start, end, masks, betas, out) => {
  const { nPlayers, values } = group
  const d7_0 = betas[0]
  const d7_1 = betas[1]
  const d7_2 = betas[2]
  const d7_3 = betas[3]
  const d7_4 = betas[4]
  const d7_5 = betas[5]
  const d7_6 = betas[6]
  const d7_7 = betas[7]
  for (let i = start; i < end; i++) {
    const leaf = lists[i]
    gather(group, leaf, masks)
    let weight = values[leaf]
    for (let j = 7; j < nPlayers; j++) weight *= SHARES[j]
    const z0 = SHARES[0]
    const z1 = SHARES[1]
    const z2 = SHARES[2]
    const z3 = SHARES[3]
    const z4 = SHARES[4]
    const z5 = SHARES[5]
    const z6 = SHARES[6]
    const d6_0 = d7_0 + z6 * d7_1
    const d6_1 = d7_1 + z6 * d7_2
    const d6_2 = d7_2 + z6 * d7_3
    const d6_3 = d7_3 + z6 * d7_4
    const d6_4 = d7_4 + z6 * d7_5
    const d6_5 = d7_5 + z6 * d7_6
    const d6_6 = d7_6 + z6 * d7_7
    const d5_0 = d6_0 + z5 * d6_1
    const d5_1 = d6_1 + z5 * d6_2
    const d5_2 = d6_2 + z5 * d6_3
    const d5_3 = d6_3 + z5 * d6_4
    const d5_4 = d6_4 + z5 * d6_5
    const d5_5 = d6_5 + z5 * d6_6
    const d4_0 = d5_0 + z4 * d5_1
    const d4_1 = d5_1 + z4 * d5_2
    const d4_2 = d5_2 + z4 * d5_3
    const d4_3 = d5_3 + z4 * d5_4
    const d4_4 = d5_4 + z4 * d5_5
    const d3_0 = d4_0 + z3 * d4_1
    const d3_1 = d4_1 + z3 * d4_2
    const d3_2 = d4_2 + z3 * d4_3
    const d3_3 = d4_3 + z3 * d4_4
    const d2_0 = d3_0 + z2 * d3_1
    const d2_1 = d3_1 + z2 * d3_2
    const d2_2 = d3_2 + z2 * d3_3
    const d1_0 = d2_0 + z1 * d2_1
    const d1_1 = d2_1 + z1 * d2_2
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    for (let j = 7; j < nPlayers; j++) out[PLAYERS[j]] -= loss
    out[PLAYERS[0]] += weight * (1 - z0) * (d1_1)
    const e1_1 = z0
    out[PLAYERS[1]] += weight * (1 - z1) * (d2_1 + e1_1 * d2_2)
    const e2_1 = e1_1 + z1
    const e2_2 = z1 * e1_1
    out[PLAYERS[2]] += weight * (1 - z2) * (d3_1 + e2_1 * d3_2 + e2_2 * d3_3)
    const e3_1 = e2_1 + z2
    const e3_2 = e2_2 + z2 * e2_1
    const e3_3 = z2 * e2_2
    out[PLAYERS[3]] += weight * (1 - z3) * (d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4)
    const e4_1 = e3_1 + z3
    const e4_2 = e3_2 + z3 * e3_1
    const e4_3 = e3_3 + z3 * e3_2
    const e4_4 = z3 * e3_3
    out[PLAYERS[4]] += weight * (1 - z4) * (d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5)
    const e5_1 = e4_1 + z4
    const e5_2 = e4_2 + z4 * e4_1
    const e5_3 = e4_3 + z4 * e4_2
    const e5_4 = e4_4 + z4 * e4_3
    const e5_5 = z4 * e4_4
    out[PLAYERS[5]] += weight * (1 - z5) * (d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6)
    const e6_1 = e5_1 + z5
    const e6_2 = e5_2 + z5 * e5_1
    const e6_3 = e5_3 + z5 * e5_2
    const e6_4 = e5_4 + z5 * e5_3
    const e6_5 = e5_5 + z5 * e5_4
    const e6_6 = z5 * e5_5
    out[PLAYERS[6]] += weight * (1 - z6) * (d7_1 + e6_1 * d7_2 + e6_2 * d7_3 + e6_3 * d7_4 + e6_4 * d7_5 + e6_5 * d7_6 + e6_6 * d7_7)
  }
}

const addKept8: Kernel = (group, lists, start, end, masks, betas, out) => {
  const { nPlayers, values } = group
  const d8_0 = betas[0]
  const d8_1 = betas[1]
  const d8_2 = betas[2]
  const d8_3 = betas[3]
  const d8_4 = betas[4]
  const d8_5 = betas[5]
  const d8_6 = betas[6]
  const d8_7 = betas[7]
  const d8_8 = betas[8]
  for (let i = start; i < end; i++) {
    const leaf = lists[i]
    gather(group, leaf, masks)
    let weight = values[leaf]
    for (let j = 8; j < nPlayers; j++) weight *= SHARES[j]
    const z0 = SHARES[0]
    const z1 = SHARES[1]
    const z2 = SHARES[2]
    const z3 = SHARES[3]
    const z4 = SHARES[4]
    const z5 = SHARES[5]
    const z6 = SHARES[6]
    const z7 = SHARES[7]
    const d7_0 = d8_0 + z7 * d8_1
    const d7_1 = d8_1 + z7 * d8_2
    const d7_2 = d8_2 + z7 * d8_3
    const d7_3 = d8_3 + z7 * d8_4
    const d7_4 = d8_4 + z7 * d8_5
    const d7_5 = d8_5 + z7 * d8_6
    const d7_6 = d8_6 + z7 * d8_7
    const d7_7 = d8_7 + z7 * d8_8
    const d6_0 = d7_0 + z6 * d7_1
    const d6_1 = d7_1 + z6 * d7_2
    const d6_2 = d7_2 + z6 * d7_3
    const d6_3 = d7_3 + z6 * d7_4
    const d6_4 = d7_4 + z6 * d7_5
    const d6_5 = d7_5 + z6 * d7_6
    const d6_6 = d7_6 + z6 * d7_7
    const d5_0 = d6_0 + z5 * d6_1
    const d5_1 = d6_1 + z5 * d6_2
    const d5_2 = d6_2 + z5 * d6_3
    const d5_3 = d6_3 + z5 * d6_4
    const d5_4 = d6_4 + z5 * d6_5
    const d5_5 = d6_5 + z5 * d6_6
    const d4_0 = d5_0 + z4 * d5_1
    const d4_1 = d5_1 + z4 * d5_2
    const d4_2 = d5_2 + z4 * d5_3
    const d4_3 = d5_3 + z4 * d5_4
    const d4_4 = d5_4 + z4 * d5_5
    const d3_0 = d4_0 + z3 * d4_1
    const d3_1 = d4_1 + z3 * d4_2
    const d3_2 = d4_2 + z3 * d4_3
    const d3_3 = d4_3 + z3 * d4_4
    const d2_0 = d3_0 + z2 * d3_1
    const d2_1 = d3_1 + z2 * d3_2
    const d2_2 = d3_2 + z2 * d3_3
    const d1_0 = d2_0 + z1 * d2_1
    const d1_1 = d2_1 + z1 * d2_2
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    for (let j = 8; j < nPlayers; j++) out[PLAYERS[j]] -= loss
    out[PLAYERS[0]] += weight * (1 - z0) * (d1_1)
    const e1_1 = z0
    out[PLAYERS[1]] += weight * (1 - z1) * (d2_1 + e1_1 * d2_2)
    const e2_1 = e1_1 + z1
    const e2_2 = z1 * e1_1
    out[PLAYERS[2]] += weight * (1 - z2) * (d3_1 + e2_1 * d3_2 + e2_2 * d3_3)
    const e3_1 = e2_1 + z2
    const e3_2 = e2_2 + z2 * e2_1
    const e3_3 = z2 * e2_2
    out[PLAYERS[3]] += weight * (1 - z3) * (d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4)
    const e4_1 = e3_1 + z3
    const e4_2 = e3_2 + z3 * e3_1
    const e4_3 = e3_3 + z3 * e3_2
    const e4_4 = z3 * e3_3
    out[PLAYERS[4]] += weight * (1 - z4) * (d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5)
    const e5_1 = e4_1 + z4
    const e5_2 = e4_2 + z4 * e4_1
    const e5_3 = e4_3 + z4 * e4_2
    const e5_4 = e4_4 + z4 * e4_3
    const e5_5 = z4 * e4_4
    out[PLAYERS[5]] += weight * (1 - z5) * (d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6)
    const e6_1 = e5_1 + z5
    const e6_2 = e5_2 + z5 * e5_1
    const e6_3 = e5_3 + z5 * e5_2
    const e6_4 = e5_4 + z5 * e5_3
    const e6_5 = e5_5 + z5 * e5_4
    const e6_6 = z5 * e5_5
    out[PLAYERS[6]] += weight * (1 - z6) * (d7_1 + e6_1 * d7_2 + e6_2 * d7_3 + e6_3 * d7_4 + e6_4 * d7_5 + e6_5 * d7_6 + e6_6 * d7_7)
    const e7_1 = e6_1 + z6
    const e7_2 = e6_2 + z6 * e6_1
    const e7_3 = e6_3 + z6 * e6_2
    const e7_4 = e6_4 + z6 * e6_3
    const e7_5 = e6_5 + z6 * e6_4
    const e7_6 = e6_6 + z6 * e6_5
    const e7_7 = z6 * e6_6
    out[PLAYERS[7]] += weight * (1 - z7) * (d8_1 + e7_1 * d8_2 + e7_2 * d8_3 + e7_3 * d8_4 + e7_4 * d8_5 + e7_5 * d8_6 + e7_6 * d8_7 + e7_7 * d8_8)
  }
}

/** By the number of kept players. */
export const KERNELS: readonly Kernel[] = [addKept0, addKept1, addKept2, addKept3, addKept4, addKept5, addKept6, addKept7, addKept8]
