/** Straight-line kernels of {@link ./shapley.ts}, one per number of kept players, which `npm run schema` writes. */
import type { Kernel } from './shapley.js'

const addKept0: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { nPlayers, place, values, shares, players } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i]
    const at = leaf * nPlayers
    const order = masks[place + leaf] * nPlayers
    let weight = values[leaf]
    for (let j = order; j < order + nPlayers; j++) weight *= shares[at + orders[j]]
    const loss = weight * d0_0
    for (let j = order; j < order + nPlayers; j++) out[players[at + orders[j]]] -= loss
  }
}

const addKept1: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { nPlayers, place, values, shares, players } = group
  const d1_0 = betas[0]
  const d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i]
    const at = leaf * nPlayers
    const order = masks[place + leaf] * nPlayers
    let weight = values[leaf]
    for (let j = order + 1; j < order + nPlayers; j++) weight *= shares[at + orders[j]]
    const i0 = at + orders[order]
    const z0 = shares[i0]
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    for (let j = order + 1; j < order + nPlayers; j++) out[players[at + orders[j]]] -= loss
    const s0 = d1_1
    out[players[i0]] += weight * (1 - z0) * s0
  }
}

const addKept2: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { nPlayers, place, values, shares, players } = group
  const d2_0 = betas[0]
  const d2_1 = betas[1]
  const d2_2 = betas[2]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i]
    const at = leaf * nPlayers
    const order = masks[place + leaf] * nPlayers
    let weight = values[leaf]
    for (let j = order + 2; j < order + nPlayers; j++) weight *= shares[at + orders[j]]
    const i0 = at + orders[order]
    const i1 = at + orders[order + 1]
    const z0 = shares[i0]
    const z1 = shares[i1]
    const d1_0 = d2_0 + z1 * d2_1
    const d1_1 = d2_1 + z1 * d2_2
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    for (let j = order + 2; j < order + nPlayers; j++) out[players[at + orders[j]]] -= loss
    const s0 = d1_1
    out[players[i0]] += weight * (1 - z0) * s0
    const e1_1 = z0
    const s1 = d2_1 +
      e1_1 * d2_2
    out[players[i1]] += weight * (1 - z1) * s1
  }
}

const addKept3: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { nPlayers, place, values, shares, players } = group
  const d3_0 = betas[0]
  const d3_1 = betas[1]
  const d3_2 = betas[2]
  const d3_3 = betas[3]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i]
    const at = leaf * nPlayers
    const order = masks[place + leaf] * nPlayers
    let weight = values[leaf]
    for (let j = order + 3; j < order + nPlayers; j++) weight *= shares[at + orders[j]]
    const i0 = at + orders[order]
    const i1 = at + orders[order + 1]
    const i2 = at + orders[order + 2]
    const z0 = shares[i0]
    const z1 = shares[i1]
    const z2 = shares[i2]
    const d2_0 = d3_0 + z2 * d3_1
    const d2_1 = d3_1 + z2 * d3_2
    const d2_2 = d3_2 + z2 * d3_3
    const d1_0 = d2_0 + z1 * d2_1
    const d1_1 = d2_1 + z1 * d2_2
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    for (let j = order + 3; j < order + nPlayers; j++) out[players[at + orders[j]]] -= loss
    const s0 = d1_1
    out[players[i0]] += weight * (1 - z0) * s0
    const e1_1 = z0
    const s1 = d2_1 +
      e1_1 * d2_2
    out[players[i1]] += weight * (1 - z1) * s1
    const e2_1 = e1_1 + z1
    const e2_2 = z1 * e1_1
    const s2 = d3_1 +
      e2_1 * d3_2 +
      e2_2 * d3_3
    out[players[i2]] += weight * (1 - z2) * s2
  }
}

const addKept4: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { nPlayers, place, values, shares, players } = group
  const d4_0 = betas[0]
  const d4_1 = betas[1]
  const d4_2 = betas[2]
  const d4_3 = betas[3]
  const d4_4 = betas[4]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i]
    const at = leaf * nPlayers
    const order = masks[place + leaf] * nPlayers
    let weight = values[leaf]
    for (let j = order + 4; j < order + nPlayers; j++) weight *= shares[at + orders[j]]
    const i0 = at + orders[order]
    const i1 = at + orders[order + 1]
    const i2 = at + orders[order + 2]
    const i3 = at + orders[order + 3]
    const z0 = shares[i0]
    const z1 = shares[i1]
    const z2 = shares[i2]
    const z3 = shares[i3]
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
    for (let j = order + 4; j < order + nPlayers; j++) out[players[at + orders[j]]] -= loss
    const s0 = d1_1
    out[players[i0]] += weight * (1 - z0) * s0
    const e1_1 = z0
    const s1 = d2_1 +
      e1_1 * d2_2
    out[players[i1]] += weight * (1 - z1) * s1
    const e2_1 = e1_1 + z1
    const e2_2 = z1 * e1_1
    const s2 = d3_1 +
      e2_1 * d3_2 +
      e2_2 * d3_3
    out[players[i2]] += weight * (1 - z2) * s2
    const e3_1 = e2_1 + z2
    const e3_2 = e2_2 + z2 * e2_1
    const e3_3 = z2 * e2_2
    const s3 = d4_1 +
      e3_1 * d4_2 +
      e3_2 * d4_3 +
      e3_3 * d4_4
    out[players[i3]] += weight * (1 - z3) * s3
  }
}

const addKept5: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { nPlayers, place, values, shares, players } = group
  const d5_0 = betas[0]
  const d5_1 = betas[1]
  const d5_2 = betas[2]
  const d5_3 = betas[3]
  const d5_4 = betas[4]
  const d5_5 = betas[5]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i]
    const at = leaf * nPlayers
    const order = masks[place + leaf] * nPlayers
    let weight = values[leaf]
    for (let j = order + 5; j < order + nPlayers; j++) weight *= shares[at + orders[j]]
    const i0 = at + orders[order]
    const i1 = at + orders[order + 1]
    const i2 = at + orders[order + 2]
    const i3 = at + orders[order + 3]
    const i4 = at + orders[order + 4]
    const z0 = shares[i0]
    const z1 = shares[i1]
    const z2 = shares[i2]
    const z3 = shares[i3]
    const z4 = shares[i4]
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
    for (let j = order + 5; j < order + nPlayers; j++) out[players[at + orders[j]]] -= loss
    const s0 = d1_1
    out[players[i0]] += weight * (1 - z0) * s0
    const e1_1 = z0
    const s1 = d2_1 +
      e1_1 * d2_2
    out[players[i1]] += weight * (1 - z1) * s1
    const e2_1 = e1_1 + z1
    const e2_2 = z1 * e1_1
    const s2 = d3_1 +
      e2_1 * d3_2 +
      e2_2 * d3_3
    out[players[i2]] += weight * (1 - z2) * s2
    const e3_1 = e2_1 + z2
    const e3_2 = e2_2 + z2 * e2_1
    const e3_3 = z2 * e2_2
    const s3 = d4_1 +
      e3_1 * d4_2 +
      e3_2 * d4_3 +
      e3_3 * d4_4
    out[players[i3]] += weight * (1 - z3) * s3
    const e4_1 = e3_1 + z3
    const e4_2 = e3_2 + z3 * e3_1
    const e4_3 = e3_3 + z3 * e3_2
    const e4_4 = z3 * e3_3
    const s4 = d5_1 +
      e4_1 * d5_2 +
      e4_2 * d5_3 +
      e4_3 * d5_4 +
      e4_4 * d5_5
    out[players[i4]] += weight * (1 - z4) * s4
  }
}

const addKept6: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { nPlayers, place, values, shares, players } = group
  const d6_0 = betas[0]
  const d6_1 = betas[1]
  const d6_2 = betas[2]
  const d6_3 = betas[3]
  const d6_4 = betas[4]
  const d6_5 = betas[5]
  const d6_6 = betas[6]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i]
    const at = leaf * nPlayers
    const order = masks[place + leaf] * nPlayers
    let weight = values[leaf]
    for (let j = order + 6; j < order + nPlayers; j++) weight *= shares[at + orders[j]]
    const i0 = at + orders[order]
    const i1 = at + orders[order + 1]
    const i2 = at + orders[order + 2]
    const i3 = at + orders[order + 3]
    const i4 = at + orders[order + 4]
    const i5 = at + orders[order + 5]
    const z0 = shares[i0]
    const z1 = shares[i1]
    const z2 = shares[i2]
    const z3 = shares[i3]
    const z4 = shares[i4]
    const z5 = shares[i5]
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
    for (let j = order + 6; j < order + nPlayers; j++) out[players[at + orders[j]]] -= loss
    const s0 = d1_1
    out[players[i0]] += weight * (1 - z0) * s0
    const e1_1 = z0
    const s1 = d2_1 +
      e1_1 * d2_2
    out[players[i1]] += weight * (1 - z1) * s1
    const e2_1 = e1_1 + z1
    const e2_2 = z1 * e1_1
    const s2 = d3_1 +
      e2_1 * d3_2 +
      e2_2 * d3_3
    out[players[i2]] += weight * (1 - z2) * s2
    const e3_1 = e2_1 + z2
    const e3_2 = e2_2 + z2 * e2_1
    const e3_3 = z2 * e2_2
    const s3 = d4_1 +
      e3_1 * d4_2 +
      e3_2 * d4_3 +
      e3_3 * d4_4
    out[players[i3]] += weight * (1 - z3) * s3
    const e4_1 = e3_1 + z3
    const e4_2 = e3_2 + z3 * e3_1
    const e4_3 = e3_3 + z3 * e3_2
    const e4_4 = z3 * e3_3
    const s4 = d5_1 +
      e4_1 * d5_2 +
      e4_2 * d5_3 +
      e4_3 * d5_4 +
      e4_4 * d5_5
    out[players[i4]] += weight * (1 - z4) * s4
    const e5_1 = e4_1 + z4
    const e5_2 = e4_2 + z4 * e4_1
    const e5_3 = e4_3 + z4 * e4_2
    const e5_4 = e4_4 + z4 * e4_3
    const e5_5 = z4 * e4_4
    const s5 = d6_1 +
      e5_1 * d6_2 +
      e5_2 * d6_3 +
      e5_3 * d6_4 +
      e5_4 * d6_5 +
      e5_5 * d6_6
    out[players[i5]] += weight * (1 - z5) * s5
  }
}

const addKept7: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { nPlayers, place, values, shares, players } = group
  const d7_0 = betas[0]
  const d7_1 = betas[1]
  const d7_2 = betas[2]
  const d7_3 = betas[3]
  const d7_4 = betas[4]
  const d7_5 = betas[5]
  const d7_6 = betas[6]
  const d7_7 = betas[7]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i]
    const at = leaf * nPlayers
    const order = masks[place + leaf] * nPlayers
    let weight = values[leaf]
    for (let j = order + 7; j < order + nPlayers; j++) weight *= shares[at + orders[j]]
    const i0 = at + orders[order]
    const i1 = at + orders[order + 1]
    const i2 = at + orders[order + 2]
    const i3 = at + orders[order + 3]
    const i4 = at + orders[order + 4]
    const i5 = at + orders[order + 5]
    const i6 = at + orders[order + 6]
    const z0 = shares[i0]
    const z1 = shares[i1]
    const z2 = shares[i2]
    const z3 = shares[i3]
    const z4 = shares[i4]
    const z5 = shares[i5]
    const z6 = shares[i6]
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
    for (let j = order + 7; j < order + nPlayers; j++) out[players[at + orders[j]]] -= loss
    const s0 = d1_1
    out[players[i0]] += weight * (1 - z0) * s0
    const e1_1 = z0
    const s1 = d2_1 +
      e1_1 * d2_2
    out[players[i1]] += weight * (1 - z1) * s1
    const e2_1 = e1_1 + z1
    const e2_2 = z1 * e1_1
    const s2 = d3_1 +
      e2_1 * d3_2 +
      e2_2 * d3_3
    out[players[i2]] += weight * (1 - z2) * s2
    const e3_1 = e2_1 + z2
    const e3_2 = e2_2 + z2 * e2_1
    const e3_3 = z2 * e2_2
    const s3 = d4_1 +
      e3_1 * d4_2 +
      e3_2 * d4_3 +
      e3_3 * d4_4
    out[players[i3]] += weight * (1 - z3) * s3
    const e4_1 = e3_1 + z3
    const e4_2 = e3_2 + z3 * e3_1
    const e4_3 = e3_3 + z3 * e3_2
    const e4_4 = z3 * e3_3
    const s4 = d5_1 +
      e4_1 * d5_2 +
      e4_2 * d5_3 +
      e4_3 * d5_4 +
      e4_4 * d5_5
    out[players[i4]] += weight * (1 - z4) * s4
    const e5_1 = e4_1 + z4
    const e5_2 = e4_2 + z4 * e4_1
    const e5_3 = e4_3 + z4 * e4_2
    const e5_4 = e4_4 + z4 * e4_3
    const e5_5 = z4 * e4_4
    const s5 = d6_1 +
      e5_1 * d6_2 +
      e5_2 * d6_3 +
      e5_3 * d6_4 +
      e5_4 * d6_5 +
      e5_5 * d6_6
    out[players[i5]] += weight * (1 - z5) * s5
    const e6_1 = e5_1 + z5
    const e6_2 = e5_2 + z5 * e5_1
    const e6_3 = e5_3 + z5 * e5_2
    const e6_4 = e5_4 + z5 * e5_3
    const e6_5 = e5_5 + z5 * e5_4
    const e6_6 = z5 * e5_5
    const s6 = d7_1 +
      e6_1 * d7_2 +
      e6_2 * d7_3 +
      e6_3 * d7_4 +
      e6_4 * d7_5 +
      e6_5 * d7_6 +
      e6_6 * d7_7
    out[players[i6]] += weight * (1 - z6) * s6
  }
}

const addKept8: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { nPlayers, place, values, shares, players } = group
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
    const leaf = leaves[i]
    const at = leaf * nPlayers
    const order = masks[place + leaf] * nPlayers
    let weight = values[leaf]
    for (let j = order + 8; j < order + nPlayers; j++) weight *= shares[at + orders[j]]
    const i0 = at + orders[order]
    const i1 = at + orders[order + 1]
    const i2 = at + orders[order + 2]
    const i3 = at + orders[order + 3]
    const i4 = at + orders[order + 4]
    const i5 = at + orders[order + 5]
    const i6 = at + orders[order + 6]
    const i7 = at + orders[order + 7]
    const z0 = shares[i0]
    const z1 = shares[i1]
    const z2 = shares[i2]
    const z3 = shares[i3]
    const z4 = shares[i4]
    const z5 = shares[i5]
    const z6 = shares[i6]
    const z7 = shares[i7]
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
    for (let j = order + 8; j < order + nPlayers; j++) out[players[at + orders[j]]] -= loss
    const s0 = d1_1
    out[players[i0]] += weight * (1 - z0) * s0
    const e1_1 = z0
    const s1 = d2_1 +
      e1_1 * d2_2
    out[players[i1]] += weight * (1 - z1) * s1
    const e2_1 = e1_1 + z1
    const e2_2 = z1 * e1_1
    const s2 = d3_1 +
      e2_1 * d3_2 +
      e2_2 * d3_3
    out[players[i2]] += weight * (1 - z2) * s2
    const e3_1 = e2_1 + z2
    const e3_2 = e2_2 + z2 * e2_1
    const e3_3 = z2 * e2_2
    const s3 = d4_1 +
      e3_1 * d4_2 +
      e3_2 * d4_3 +
      e3_3 * d4_4
    out[players[i3]] += weight * (1 - z3) * s3
    const e4_1 = e3_1 + z3
    const e4_2 = e3_2 + z3 * e3_1
    const e4_3 = e3_3 + z3 * e3_2
    const e4_4 = z3 * e3_3
    const s4 = d5_1 +
      e4_1 * d5_2 +
      e4_2 * d5_3 +
      e4_3 * d5_4 +
      e4_4 * d5_5
    out[players[i4]] += weight * (1 - z4) * s4
    const e5_1 = e4_1 + z4
    const e5_2 = e4_2 + z4 * e4_1
    const e5_3 = e4_3 + z4 * e4_2
    const e5_4 = e4_4 + z4 * e4_3
    const e5_5 = z4 * e4_4
    const s5 = d6_1 +
      e5_1 * d6_2 +
      e5_2 * d6_3 +
      e5_3 * d6_4 +
      e5_4 * d6_5 +
      e5_5 * d6_6
    out[players[i5]] += weight * (1 - z5) * s5
    const e6_1 = e5_1 + z5
    const e6_2 = e5_2 + z5 * e5_1
    const e6_3 = e5_3 + z5 * e5_2
    const e6_4 = e5_4 + z5 * e5_3
    const e6_5 = e5_5 + z5 * e5_4
    const e6_6 = z5 * e5_5
    const s6 = d7_1 +
      e6_1 * d7_2 +
      e6_2 * d7_3 +
      e6_3 * d7_4 +
      e6_4 * d7_5 +
      e6_5 * d7_6 +
      e6_6 * d7_7
    out[players[i6]] += weight * (1 - z6) * s6
    const e7_1 = e6_1 + z6
    const e7_2 = e6_2 + z6 * e6_1
    const e7_3 = e6_3 + z6 * e6_2
    const e7_4 = e6_4 + z6 * e6_3
    const e7_5 = e6_5 + z6 * e6_4
    const e7_6 = e6_6 + z6 * e6_5
    const e7_7 = z6 * e6_6
    const s7 = d8_1 +
      e7_1 * d8_2 +
      e7_2 * d8_3 +
      e7_3 * d8_4 +
      e7_4 * d8_5 +
      e7_5 * d8_6 +
      e7_6 * d8_7 +
      e7_7 * d8_8
    out[players[i7]] += weight * (1 - z7) * s7
  }
}

/** By the number of kept players. */
export const KERNELS: readonly Kernel[] = [
  addKept0,
  addKept1,
  addKept2,
  addKept3,
  addKept4,
  addKept5,
  addKept6,
  addKept7,
  addKept8
]
