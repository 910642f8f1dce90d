/** Straight-line kernels of {@link ./shapley.ts}, which `npm run schema` writes. */
import type { Kernel } from './shapley.js'

const keep0Of1: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 1, order = masks[place + leaf] * 1, to = offsets[leaf]
    const i0 = at + orders[order]
    const z0 = shares[i0]
    const weight = values[leaf] * z0
    const loss = weight * d0_0
    out[to + players[i0]] -= loss
  }
}

const keep1Of1: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 1, order = masks[place + leaf] * 1, to = offsets[leaf]
    const i0 = at + orders[order]
    const z0 = shares[i0]
    const weight = values[leaf]
    const s0 = d1_1
    out[to + players[i0]] += weight * (1 - z0) * s0
  }
}

const keep0Of2: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 2, order = masks[place + leaf] * 2, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1]
    const z0 = shares[i0], z1 = shares[i1]
    const weight = values[leaf] * z0 * z1
    const loss = weight * d0_0
    out[to + players[i0]] -= loss
    out[to + players[i1]] -= loss
  }
}

const keep1Of2: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d1_0 = betas[0], d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 2, order = masks[place + leaf] * 2, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1]
    const z0 = shares[i0], z1 = shares[i1]
    const weight = values[leaf] * z1
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i1]] -= loss
    const s0 = d1_1
    out[to + players[i0]] += weight * (1 - z0) * s0
  }
}

const keep2Of2: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d2_1 = betas[1], d2_2 = betas[2]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 2, order = masks[place + leaf] * 2, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1]
    const z0 = shares[i0], z1 = shares[i1]
    const weight = values[leaf]
    const d1_1 = d2_1 + z1 * d2_2
    const e1_1 = z0
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
  }
}

const keep0Of3: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 3, order = masks[place + leaf] * 3, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2]
    const weight = values[leaf] * z0 * z1 * z2
    const loss = weight * d0_0
    out[to + players[i0]] -= loss
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
  }
}

const keep1Of3: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d1_0 = betas[0], d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 3, order = masks[place + leaf] * 3, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2]
    const weight = values[leaf] * z1 * z2
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    const s0 = d1_1
    out[to + players[i0]] += weight * (1 - z0) * s0
  }
}

const keep2Of3: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d2_0 = betas[0], d2_1 = betas[1], d2_2 = betas[2]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 3, order = masks[place + leaf] * 3, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2]
    const weight = values[leaf] * z2
    const d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i2]] -= loss
    const e1_1 = z0
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
  }
}

const keep3Of3: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d3_1 = betas[1], d3_2 = betas[2], d3_3 = betas[3]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 3, order = masks[place + leaf] * 3, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2]
    const weight = values[leaf]
    const d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_1 = d2_1 + z1 * d2_2
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
  }
}

const keep0Of4: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 4, order = masks[place + leaf] * 4, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2], i3 = at + orders[order + 3]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3]
    const weight = values[leaf] * z0 * z1 * z2 * z3
    const loss = weight * d0_0
    out[to + players[i0]] -= loss
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
  }
}

const keep1Of4: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d1_0 = betas[0], d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 4, order = masks[place + leaf] * 4, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2], i3 = at + orders[order + 3]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3]
    const weight = values[leaf] * z1 * z2 * z3
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    const s0 = d1_1
    out[to + players[i0]] += weight * (1 - z0) * s0
  }
}

const keep2Of4: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d2_0 = betas[0], d2_1 = betas[1], d2_2 = betas[2]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 4, order = masks[place + leaf] * 4, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2], i3 = at + orders[order + 3]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3]
    const weight = values[leaf] * z2 * z3
    const d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    const e1_1 = z0
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
  }
}

const keep3Of4: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d3_0 = betas[0], d3_1 = betas[1], d3_2 = betas[2], d3_3 = betas[3]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 4, order = masks[place + leaf] * 4, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2], i3 = at + orders[order + 3]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3]
    const weight = values[leaf] * z3
    const d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i3]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
  }
}

const keep4Of4: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d4_1 = betas[1], d4_2 = betas[2], d4_3 = betas[3], d4_4 = betas[4]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 4, order = masks[place + leaf] * 4, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2], i3 = at + orders[order + 3]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3]
    const weight = values[leaf]
    const d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_1 = d3_1 + z2 * d3_2,
      d2_2 = d3_2 + z2 * d3_3, d1_1 = d2_1 + z1 * d2_2
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
  }
}

const keep0Of5: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 5, order = masks[place + leaf] * 5, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4]
    const weight = values[leaf] * z0 * z1 * z2 * z3 * z4
    const loss = weight * d0_0
    out[to + players[i0]] -= loss
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
  }
}

const keep1Of5: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d1_0 = betas[0], d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 5, order = masks[place + leaf] * 5, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4]
    const weight = values[leaf] * z1 * z2 * z3 * z4
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    const s0 = d1_1
    out[to + players[i0]] += weight * (1 - z0) * s0
  }
}

const keep2Of5: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d2_0 = betas[0], d2_1 = betas[1], d2_2 = betas[2]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 5, order = masks[place + leaf] * 5, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4]
    const weight = values[leaf] * z2 * z3 * z4
    const d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    const e1_1 = z0
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
  }
}

const keep3Of5: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d3_0 = betas[0], d3_1 = betas[1], d3_2 = betas[2], d3_3 = betas[3]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 5, order = masks[place + leaf] * 5, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4]
    const weight = values[leaf] * z3 * z4
    const d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
  }
}

const keep4Of5: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d4_0 = betas[0], d4_1 = betas[1], d4_2 = betas[2], d4_3 = betas[3], d4_4 = betas[4]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 5, order = masks[place + leaf] * 5, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4]
    const weight = values[leaf] * z4
    const d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4,
      d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i4]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
  }
}

const keep5Of5: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d5_1 = betas[1], d5_2 = betas[2], d5_3 = betas[3], d5_4 = betas[4], d5_5 = betas[5]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 5, order = masks[place + leaf] * 5, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4]
    const weight = values[leaf]
    const d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5,
      d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_1 = d3_1 + z2 * d3_2,
      d2_2 = d3_2 + z2 * d3_3, d1_1 = d2_1 + z1 * d2_2
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
  }
}

const keep0Of6: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 6, order = masks[place + leaf] * 6, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5]
    const weight = values[leaf] * z0 * z1 * z2 * z3 * z4 * z5
    const loss = weight * d0_0
    out[to + players[i0]] -= loss
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
  }
}

const keep1Of6: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d1_0 = betas[0], d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 6, order = masks[place + leaf] * 6, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5]
    const weight = values[leaf] * z1 * z2 * z3 * z4 * z5
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    const s0 = d1_1
    out[to + players[i0]] += weight * (1 - z0) * s0
  }
}

const keep2Of6: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d2_0 = betas[0], d2_1 = betas[1], d2_2 = betas[2]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 6, order = masks[place + leaf] * 6, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5]
    const weight = values[leaf] * z2 * z3 * z4 * z5
    const d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    const e1_1 = z0
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
  }
}

const keep3Of6: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d3_0 = betas[0], d3_1 = betas[1], d3_2 = betas[2], d3_3 = betas[3]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 6, order = masks[place + leaf] * 6, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5]
    const weight = values[leaf] * z3 * z4 * z5
    const d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
  }
}

const keep4Of6: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d4_0 = betas[0], d4_1 = betas[1], d4_2 = betas[2], d4_3 = betas[3], d4_4 = betas[4]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 6, order = masks[place + leaf] * 6, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5]
    const weight = values[leaf] * z4 * z5
    const d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4,
      d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
  }
}

const keep5Of6: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d5_0 = betas[0], d5_1 = betas[1], d5_2 = betas[2], d5_3 = betas[3], d5_4 = betas[4], d5_5 = betas[5]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 6, order = masks[place + leaf] * 6, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5]
    const weight = values[leaf] * z5
    const d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4,
      d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3,
      d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3,
      d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i5]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
  }
}

const keep6Of6: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d6_1 = betas[1], d6_2 = betas[2], d6_3 = betas[3], d6_4 = betas[4], d6_5 = betas[5], d6_6 = betas[6]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 6, order = masks[place + leaf] * 6, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5]
    const weight = values[leaf]
    const d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4, d5_4 = d6_4 + z5 * d6_5,
      d5_5 = d6_5 + z5 * d6_6, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4,
      d4_4 = d5_4 + z4 * d5_5, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4,
      d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_1 = d2_1 + z1 * d2_2
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
  }
}

const keep0Of7: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 7, order = masks[place + leaf] * 7, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5], i6 = at + orders[order + 6]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6]
    const weight = values[leaf] * z0 * z1 * z2 * z3 * z4 * z5 * z6
    const loss = weight * d0_0
    out[to + players[i0]] -= loss
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
  }
}

const keep1Of7: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d1_0 = betas[0], d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 7, order = masks[place + leaf] * 7, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5], i6 = at + orders[order + 6]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6]
    const weight = values[leaf] * z1 * z2 * z3 * z4 * z5 * z6
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    const s0 = d1_1
    out[to + players[i0]] += weight * (1 - z0) * s0
  }
}

const keep2Of7: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d2_0 = betas[0], d2_1 = betas[1], d2_2 = betas[2]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 7, order = masks[place + leaf] * 7, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5], i6 = at + orders[order + 6]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6]
    const weight = values[leaf] * z2 * z3 * z4 * z5 * z6
    const d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    const e1_1 = z0
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
  }
}

const keep3Of7: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d3_0 = betas[0], d3_1 = betas[1], d3_2 = betas[2], d3_3 = betas[3]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 7, order = masks[place + leaf] * 7, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5], i6 = at + orders[order + 6]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6]
    const weight = values[leaf] * z3 * z4 * z5 * z6
    const d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
  }
}

const keep4Of7: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d4_0 = betas[0], d4_1 = betas[1], d4_2 = betas[2], d4_3 = betas[3], d4_4 = betas[4]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 7, order = masks[place + leaf] * 7, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5], i6 = at + orders[order + 6]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6]
    const weight = values[leaf] * z4 * z5 * z6
    const d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4,
      d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
  }
}

const keep5Of7: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d5_0 = betas[0], d5_1 = betas[1], d5_2 = betas[2], d5_3 = betas[3], d5_4 = betas[4], d5_5 = betas[5]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 7, order = masks[place + leaf] * 7, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5], i6 = at + orders[order + 6]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6]
    const weight = values[leaf] * z5 * z6
    const d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4,
      d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3,
      d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3,
      d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
  }
}

const keep6Of7: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d6_0 = betas[0], d6_1 = betas[1], d6_2 = betas[2], d6_3 = betas[3], d6_4 = betas[4], d6_5 = betas[5],
    d6_6 = betas[6]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 7, order = masks[place + leaf] * 7, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5], i6 = at + orders[order + 6]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6]
    const weight = values[leaf] * z6
    const d5_0 = d6_0 + z5 * d6_1, d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4,
      d5_4 = d6_4 + z5 * d6_5, d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2,
      d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1,
      d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1,
      d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2,
      d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i6]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
  }
}

const keep7Of7: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d7_1 = betas[1], d7_2 = betas[2], d7_3 = betas[3], d7_4 = betas[4], d7_5 = betas[5], d7_6 = betas[6],
    d7_7 = betas[7]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 7, order = masks[place + leaf] * 7, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5], i6 = at + orders[order + 6]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6]
    const weight = values[leaf]
    const d6_1 = d7_1 + z6 * d7_2, d6_2 = d7_2 + z6 * d7_3, d6_3 = d7_3 + z6 * d7_4, d6_4 = d7_4 + z6 * d7_5,
      d6_5 = d7_5 + z6 * d7_6, d6_6 = d7_6 + z6 * d7_7, d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3,
      d5_3 = d6_3 + z5 * d6_4, d5_4 = d6_4 + z5 * d6_5, d5_5 = d6_5 + z5 * d6_6, d4_1 = d5_1 + z4 * d5_2,
      d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_1 = d4_1 + z3 * d4_2,
      d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3,
      d1_1 = d2_1 + z1 * d2_2
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4, e6_1 = e5_1 + z5,
      e6_2 = e5_2 + z5 * e5_1, e6_3 = e5_3 + z5 * e5_2, e6_4 = e5_4 + z5 * e5_3, e6_5 = e5_5 + z5 * e5_4,
      e6_6 = z5 * e5_5
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6,
      s6 = d7_1 + e6_1 * d7_2 + e6_2 * d7_3 + e6_3 * d7_4 + e6_4 * d7_5 + e6_5 * d7_6 + e6_6 * d7_7
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
    out[to + players[i6]] += weight * (1 - z6) * s6
  }
}

const keep0Of8: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 8, order = masks[place + leaf] * 8, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7]
    const weight = values[leaf] * z0 * z1 * z2 * z3 * z4 * z5 * z6 * z7
    const loss = weight * d0_0
    out[to + players[i0]] -= loss
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
  }
}

const keep1Of8: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d1_0 = betas[0], d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 8, order = masks[place + leaf] * 8, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7]
    const weight = values[leaf] * z1 * z2 * z3 * z4 * z5 * z6 * z7
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    const s0 = d1_1
    out[to + players[i0]] += weight * (1 - z0) * s0
  }
}

const keep2Of8: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d2_0 = betas[0], d2_1 = betas[1], d2_2 = betas[2]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 8, order = masks[place + leaf] * 8, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7]
    const weight = values[leaf] * z2 * z3 * z4 * z5 * z6 * z7
    const d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    const e1_1 = z0
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
  }
}

const keep3Of8: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d3_0 = betas[0], d3_1 = betas[1], d3_2 = betas[2], d3_3 = betas[3]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 8, order = masks[place + leaf] * 8, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7]
    const weight = values[leaf] * z3 * z4 * z5 * z6 * z7
    const d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
  }
}

const keep4Of8: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d4_0 = betas[0], d4_1 = betas[1], d4_2 = betas[2], d4_3 = betas[3], d4_4 = betas[4]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 8, order = masks[place + leaf] * 8, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7]
    const weight = values[leaf] * z4 * z5 * z6 * z7
    const d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4,
      d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
  }
}

const keep5Of8: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d5_0 = betas[0], d5_1 = betas[1], d5_2 = betas[2], d5_3 = betas[3], d5_4 = betas[4], d5_5 = betas[5]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 8, order = masks[place + leaf] * 8, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7]
    const weight = values[leaf] * z5 * z6 * z7
    const d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4,
      d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3,
      d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3,
      d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
  }
}

const keep6Of8: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d6_0 = betas[0], d6_1 = betas[1], d6_2 = betas[2], d6_3 = betas[3], d6_4 = betas[4], d6_5 = betas[5],
    d6_6 = betas[6]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 8, order = masks[place + leaf] * 8, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7]
    const weight = values[leaf] * z6 * z7
    const d5_0 = d6_0 + z5 * d6_1, d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4,
      d5_4 = d6_4 + z5 * d6_5, d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2,
      d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1,
      d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1,
      d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2,
      d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
  }
}

const keep7Of8: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d7_0 = betas[0], d7_1 = betas[1], d7_2 = betas[2], d7_3 = betas[3], d7_4 = betas[4], d7_5 = betas[5],
    d7_6 = betas[6], d7_7 = betas[7]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 8, order = masks[place + leaf] * 8, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7]
    const weight = values[leaf] * z7
    const d6_0 = d7_0 + z6 * d7_1, d6_1 = d7_1 + z6 * d7_2, d6_2 = d7_2 + z6 * d7_3, d6_3 = d7_3 + z6 * d7_4,
      d6_4 = d7_4 + z6 * d7_5, d6_5 = d7_5 + z6 * d7_6, d6_6 = d7_6 + z6 * d7_7, d5_0 = d6_0 + z5 * d6_1,
      d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4, d5_4 = d6_4 + z5 * d6_5,
      d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3,
      d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2,
      d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2,
      d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i7]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4, e6_1 = e5_1 + z5,
      e6_2 = e5_2 + z5 * e5_1, e6_3 = e5_3 + z5 * e5_2, e6_4 = e5_4 + z5 * e5_3, e6_5 = e5_5 + z5 * e5_4,
      e6_6 = z5 * e5_5
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6,
      s6 = d7_1 + e6_1 * d7_2 + e6_2 * d7_3 + e6_3 * d7_4 + e6_4 * d7_5 + e6_5 * d7_6 + e6_6 * d7_7
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
    out[to + players[i6]] += weight * (1 - z6) * s6
  }
}

const keep8Of8: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d8_1 = betas[1], d8_2 = betas[2], d8_3 = betas[3], d8_4 = betas[4], d8_5 = betas[5], d8_6 = betas[6],
    d8_7 = betas[7], d8_8 = betas[8]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 8, order = masks[place + leaf] * 8, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7]
    const weight = values[leaf]
    const d7_1 = d8_1 + z7 * d8_2, d7_2 = d8_2 + z7 * d8_3, d7_3 = d8_3 + z7 * d8_4, d7_4 = d8_4 + z7 * d8_5,
      d7_5 = d8_5 + z7 * d8_6, d7_6 = d8_6 + z7 * d8_7, d7_7 = d8_7 + z7 * d8_8, d6_1 = d7_1 + z6 * d7_2,
      d6_2 = d7_2 + z6 * d7_3, d6_3 = d7_3 + z6 * d7_4, d6_4 = d7_4 + z6 * d7_5, d6_5 = d7_5 + z6 * d7_6,
      d6_6 = d7_6 + z6 * d7_7, d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4,
      d5_4 = d6_4 + z5 * d6_5, d5_5 = d6_5 + z5 * d6_6, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3,
      d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3,
      d3_3 = d4_3 + z3 * d4_4, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_1 = d2_1 + z1 * d2_2
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4, e6_1 = e5_1 + z5,
      e6_2 = e5_2 + z5 * e5_1, e6_3 = e5_3 + z5 * e5_2, e6_4 = e5_4 + z5 * e5_3, e6_5 = e5_5 + z5 * e5_4,
      e6_6 = z5 * e5_5, e7_1 = e6_1 + z6, e7_2 = e6_2 + z6 * e6_1, e7_3 = e6_3 + z6 * e6_2, e7_4 = e6_4 + z6 * e6_3,
      e7_5 = e6_5 + z6 * e6_4, e7_6 = e6_6 + z6 * e6_5, e7_7 = z6 * e6_6
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6,
      s6 = d7_1 + e6_1 * d7_2 + e6_2 * d7_3 + e6_3 * d7_4 + e6_4 * d7_5 + e6_5 * d7_6 + e6_6 * d7_7,
      s7 = d8_1 + e7_1 * d8_2 + e7_2 * d8_3 + e7_3 * d8_4 + e7_4 * d8_5 + e7_5 * d8_6 + e7_6 * d8_7 + e7_7 * d8_8
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
    out[to + players[i6]] += weight * (1 - z6) * s6
    out[to + players[i7]] += weight * (1 - z7) * s7
  }
}

const keep0Of9: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 9, order = masks[place + leaf] * 9, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8]
    const weight = values[leaf] * z0 * z1 * z2 * z3 * z4 * z5 * z6 * z7 * z8
    const loss = weight * d0_0
    out[to + players[i0]] -= loss
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
  }
}

const keep1Of9: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d1_0 = betas[0], d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 9, order = masks[place + leaf] * 9, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8]
    const weight = values[leaf] * z1 * z2 * z3 * z4 * z5 * z6 * z7 * z8
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    const s0 = d1_1
    out[to + players[i0]] += weight * (1 - z0) * s0
  }
}

const keep2Of9: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d2_0 = betas[0], d2_1 = betas[1], d2_2 = betas[2]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 9, order = masks[place + leaf] * 9, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8]
    const weight = values[leaf] * z2 * z3 * z4 * z5 * z6 * z7 * z8
    const d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    const e1_1 = z0
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
  }
}

const keep3Of9: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d3_0 = betas[0], d3_1 = betas[1], d3_2 = betas[2], d3_3 = betas[3]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 9, order = masks[place + leaf] * 9, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8]
    const weight = values[leaf] * z3 * z4 * z5 * z6 * z7 * z8
    const d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
  }
}

const keep4Of9: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d4_0 = betas[0], d4_1 = betas[1], d4_2 = betas[2], d4_3 = betas[3], d4_4 = betas[4]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 9, order = masks[place + leaf] * 9, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8]
    const weight = values[leaf] * z4 * z5 * z6 * z7 * z8
    const d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4,
      d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
  }
}

const keep5Of9: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d5_0 = betas[0], d5_1 = betas[1], d5_2 = betas[2], d5_3 = betas[3], d5_4 = betas[4], d5_5 = betas[5]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 9, order = masks[place + leaf] * 9, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8]
    const weight = values[leaf] * z5 * z6 * z7 * z8
    const d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4,
      d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3,
      d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3,
      d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
  }
}

const keep6Of9: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d6_0 = betas[0], d6_1 = betas[1], d6_2 = betas[2], d6_3 = betas[3], d6_4 = betas[4], d6_5 = betas[5],
    d6_6 = betas[6]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 9, order = masks[place + leaf] * 9, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8]
    const weight = values[leaf] * z6 * z7 * z8
    const d5_0 = d6_0 + z5 * d6_1, d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4,
      d5_4 = d6_4 + z5 * d6_5, d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2,
      d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1,
      d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1,
      d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2,
      d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
  }
}

const keep7Of9: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d7_0 = betas[0], d7_1 = betas[1], d7_2 = betas[2], d7_3 = betas[3], d7_4 = betas[4], d7_5 = betas[5],
    d7_6 = betas[6], d7_7 = betas[7]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 9, order = masks[place + leaf] * 9, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8]
    const weight = values[leaf] * z7 * z8
    const d6_0 = d7_0 + z6 * d7_1, d6_1 = d7_1 + z6 * d7_2, d6_2 = d7_2 + z6 * d7_3, d6_3 = d7_3 + z6 * d7_4,
      d6_4 = d7_4 + z6 * d7_5, d6_5 = d7_5 + z6 * d7_6, d6_6 = d7_6 + z6 * d7_7, d5_0 = d6_0 + z5 * d6_1,
      d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4, d5_4 = d6_4 + z5 * d6_5,
      d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3,
      d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2,
      d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2,
      d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4, e6_1 = e5_1 + z5,
      e6_2 = e5_2 + z5 * e5_1, e6_3 = e5_3 + z5 * e5_2, e6_4 = e5_4 + z5 * e5_3, e6_5 = e5_5 + z5 * e5_4,
      e6_6 = z5 * e5_5
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6,
      s6 = d7_1 + e6_1 * d7_2 + e6_2 * d7_3 + e6_3 * d7_4 + e6_4 * d7_5 + e6_5 * d7_6 + e6_6 * d7_7
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
    out[to + players[i6]] += weight * (1 - z6) * s6
  }
}

const keep8Of9: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d8_0 = betas[0], d8_1 = betas[1], d8_2 = betas[2], d8_3 = betas[3], d8_4 = betas[4], d8_5 = betas[5],
    d8_6 = betas[6], d8_7 = betas[7], d8_8 = betas[8]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 9, order = masks[place + leaf] * 9, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8]
    const weight = values[leaf] * z8
    const d7_0 = d8_0 + z7 * d8_1, d7_1 = d8_1 + z7 * d8_2, d7_2 = d8_2 + z7 * d8_3, d7_3 = d8_3 + z7 * d8_4,
      d7_4 = d8_4 + z7 * d8_5, d7_5 = d8_5 + z7 * d8_6, d7_6 = d8_6 + z7 * d8_7, d7_7 = d8_7 + z7 * d8_8,
      d6_0 = d7_0 + z6 * d7_1, d6_1 = d7_1 + z6 * d7_2, d6_2 = d7_2 + z6 * d7_3, d6_3 = d7_3 + z6 * d7_4,
      d6_4 = d7_4 + z6 * d7_5, d6_5 = d7_5 + z6 * d7_6, d6_6 = d7_6 + z6 * d7_7, d5_0 = d6_0 + z5 * d6_1,
      d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4, d5_4 = d6_4 + z5 * d6_5,
      d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3,
      d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2,
      d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2,
      d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i8]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4, e6_1 = e5_1 + z5,
      e6_2 = e5_2 + z5 * e5_1, e6_3 = e5_3 + z5 * e5_2, e6_4 = e5_4 + z5 * e5_3, e6_5 = e5_5 + z5 * e5_4,
      e6_6 = z5 * e5_5, e7_1 = e6_1 + z6, e7_2 = e6_2 + z6 * e6_1, e7_3 = e6_3 + z6 * e6_2, e7_4 = e6_4 + z6 * e6_3,
      e7_5 = e6_5 + z6 * e6_4, e7_6 = e6_6 + z6 * e6_5, e7_7 = z6 * e6_6
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6,
      s6 = d7_1 + e6_1 * d7_2 + e6_2 * d7_3 + e6_3 * d7_4 + e6_4 * d7_5 + e6_5 * d7_6 + e6_6 * d7_7,
      s7 = d8_1 + e7_1 * d8_2 + e7_2 * d8_3 + e7_3 * d8_4 + e7_4 * d8_5 + e7_5 * d8_6 + e7_6 * d8_7 + e7_7 * d8_8
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
    out[to + players[i6]] += weight * (1 - z6) * s6
    out[to + players[i7]] += weight * (1 - z7) * s7
  }
}

const keep0Of10: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 10, order = masks[place + leaf] * 10, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8], i9 = at + orders[order + 9]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9]
    const weight = values[leaf] * z0 * z1 * z2 * z3 * z4 * z5 * z6 * z7 * z8 * z9
    const loss = weight * d0_0
    out[to + players[i0]] -= loss
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
  }
}

const keep1Of10: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d1_0 = betas[0], d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 10, order = masks[place + leaf] * 10, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8], i9 = at + orders[order + 9]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9]
    const weight = values[leaf] * z1 * z2 * z3 * z4 * z5 * z6 * z7 * z8 * z9
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    const s0 = d1_1
    out[to + players[i0]] += weight * (1 - z0) * s0
  }
}

const keep2Of10: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d2_0 = betas[0], d2_1 = betas[1], d2_2 = betas[2]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 10, order = masks[place + leaf] * 10, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8], i9 = at + orders[order + 9]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9]
    const weight = values[leaf] * z2 * z3 * z4 * z5 * z6 * z7 * z8 * z9
    const d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    const e1_1 = z0
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
  }
}

const keep3Of10: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d3_0 = betas[0], d3_1 = betas[1], d3_2 = betas[2], d3_3 = betas[3]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 10, order = masks[place + leaf] * 10, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8], i9 = at + orders[order + 9]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9]
    const weight = values[leaf] * z3 * z4 * z5 * z6 * z7 * z8 * z9
    const d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
  }
}

const keep4Of10: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d4_0 = betas[0], d4_1 = betas[1], d4_2 = betas[2], d4_3 = betas[3], d4_4 = betas[4]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 10, order = masks[place + leaf] * 10, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8], i9 = at + orders[order + 9]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9]
    const weight = values[leaf] * z4 * z5 * z6 * z7 * z8 * z9
    const d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4,
      d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
  }
}

const keep5Of10: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d5_0 = betas[0], d5_1 = betas[1], d5_2 = betas[2], d5_3 = betas[3], d5_4 = betas[4], d5_5 = betas[5]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 10, order = masks[place + leaf] * 10, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8], i9 = at + orders[order + 9]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9]
    const weight = values[leaf] * z5 * z6 * z7 * z8 * z9
    const d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4,
      d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3,
      d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3,
      d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
  }
}

const keep6Of10: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d6_0 = betas[0], d6_1 = betas[1], d6_2 = betas[2], d6_3 = betas[3], d6_4 = betas[4], d6_5 = betas[5],
    d6_6 = betas[6]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 10, order = masks[place + leaf] * 10, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8], i9 = at + orders[order + 9]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9]
    const weight = values[leaf] * z6 * z7 * z8 * z9
    const d5_0 = d6_0 + z5 * d6_1, d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4,
      d5_4 = d6_4 + z5 * d6_5, d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2,
      d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1,
      d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1,
      d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2,
      d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
  }
}

const keep7Of10: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d7_0 = betas[0], d7_1 = betas[1], d7_2 = betas[2], d7_3 = betas[3], d7_4 = betas[4], d7_5 = betas[5],
    d7_6 = betas[6], d7_7 = betas[7]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 10, order = masks[place + leaf] * 10, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8], i9 = at + orders[order + 9]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9]
    const weight = values[leaf] * z7 * z8 * z9
    const d6_0 = d7_0 + z6 * d7_1, d6_1 = d7_1 + z6 * d7_2, d6_2 = d7_2 + z6 * d7_3, d6_3 = d7_3 + z6 * d7_4,
      d6_4 = d7_4 + z6 * d7_5, d6_5 = d7_5 + z6 * d7_6, d6_6 = d7_6 + z6 * d7_7, d5_0 = d6_0 + z5 * d6_1,
      d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4, d5_4 = d6_4 + z5 * d6_5,
      d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3,
      d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2,
      d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2,
      d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4, e6_1 = e5_1 + z5,
      e6_2 = e5_2 + z5 * e5_1, e6_3 = e5_3 + z5 * e5_2, e6_4 = e5_4 + z5 * e5_3, e6_5 = e5_5 + z5 * e5_4,
      e6_6 = z5 * e5_5
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6,
      s6 = d7_1 + e6_1 * d7_2 + e6_2 * d7_3 + e6_3 * d7_4 + e6_4 * d7_5 + e6_5 * d7_6 + e6_6 * d7_7
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
    out[to + players[i6]] += weight * (1 - z6) * s6
  }
}

const keep8Of10: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d8_0 = betas[0], d8_1 = betas[1], d8_2 = betas[2], d8_3 = betas[3], d8_4 = betas[4], d8_5 = betas[5],
    d8_6 = betas[6], d8_7 = betas[7], d8_8 = betas[8]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 10, order = masks[place + leaf] * 10, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8], i9 = at + orders[order + 9]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9]
    const weight = values[leaf] * z8 * z9
    const d7_0 = d8_0 + z7 * d8_1, d7_1 = d8_1 + z7 * d8_2, d7_2 = d8_2 + z7 * d8_3, d7_3 = d8_3 + z7 * d8_4,
      d7_4 = d8_4 + z7 * d8_5, d7_5 = d8_5 + z7 * d8_6, d7_6 = d8_6 + z7 * d8_7, d7_7 = d8_7 + z7 * d8_8,
      d6_0 = d7_0 + z6 * d7_1, d6_1 = d7_1 + z6 * d7_2, d6_2 = d7_2 + z6 * d7_3, d6_3 = d7_3 + z6 * d7_4,
      d6_4 = d7_4 + z6 * d7_5, d6_5 = d7_5 + z6 * d7_6, d6_6 = d7_6 + z6 * d7_7, d5_0 = d6_0 + z5 * d6_1,
      d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4, d5_4 = d6_4 + z5 * d6_5,
      d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3,
      d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2,
      d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2,
      d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4, e6_1 = e5_1 + z5,
      e6_2 = e5_2 + z5 * e5_1, e6_3 = e5_3 + z5 * e5_2, e6_4 = e5_4 + z5 * e5_3, e6_5 = e5_5 + z5 * e5_4,
      e6_6 = z5 * e5_5, e7_1 = e6_1 + z6, e7_2 = e6_2 + z6 * e6_1, e7_3 = e6_3 + z6 * e6_2, e7_4 = e6_4 + z6 * e6_3,
      e7_5 = e6_5 + z6 * e6_4, e7_6 = e6_6 + z6 * e6_5, e7_7 = z6 * e6_6
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6,
      s6 = d7_1 + e6_1 * d7_2 + e6_2 * d7_3 + e6_3 * d7_4 + e6_4 * d7_5 + e6_5 * d7_6 + e6_6 * d7_7,
      s7 = d8_1 + e7_1 * d8_2 + e7_2 * d8_3 + e7_3 * d8_4 + e7_4 * d8_5 + e7_5 * d8_6 + e7_6 * d8_7 + e7_7 * d8_8
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
    out[to + players[i6]] += weight * (1 - z6) * s6
    out[to + players[i7]] += weight * (1 - z7) * s7
  }
}

const keep0Of11: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 11, order = masks[place + leaf] * 11, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10]
    const weight = values[leaf] * z0 * z1 * z2 * z3 * z4 * z5 * z6 * z7 * z8 * z9 * z10
    const loss = weight * d0_0
    out[to + players[i0]] -= loss
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
  }
}

const keep1Of11: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d1_0 = betas[0], d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 11, order = masks[place + leaf] * 11, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10]
    const weight = values[leaf] * z1 * z2 * z3 * z4 * z5 * z6 * z7 * z8 * z9 * z10
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    const s0 = d1_1
    out[to + players[i0]] += weight * (1 - z0) * s0
  }
}

const keep2Of11: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d2_0 = betas[0], d2_1 = betas[1], d2_2 = betas[2]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 11, order = masks[place + leaf] * 11, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10]
    const weight = values[leaf] * z2 * z3 * z4 * z5 * z6 * z7 * z8 * z9 * z10
    const d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    const e1_1 = z0
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
  }
}

const keep3Of11: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d3_0 = betas[0], d3_1 = betas[1], d3_2 = betas[2], d3_3 = betas[3]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 11, order = masks[place + leaf] * 11, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10]
    const weight = values[leaf] * z3 * z4 * z5 * z6 * z7 * z8 * z9 * z10
    const d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
  }
}

const keep4Of11: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d4_0 = betas[0], d4_1 = betas[1], d4_2 = betas[2], d4_3 = betas[3], d4_4 = betas[4]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 11, order = masks[place + leaf] * 11, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10]
    const weight = values[leaf] * z4 * z5 * z6 * z7 * z8 * z9 * z10
    const d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4,
      d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
  }
}

const keep5Of11: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d5_0 = betas[0], d5_1 = betas[1], d5_2 = betas[2], d5_3 = betas[3], d5_4 = betas[4], d5_5 = betas[5]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 11, order = masks[place + leaf] * 11, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10]
    const weight = values[leaf] * z5 * z6 * z7 * z8 * z9 * z10
    const d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4,
      d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3,
      d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3,
      d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
  }
}

const keep6Of11: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d6_0 = betas[0], d6_1 = betas[1], d6_2 = betas[2], d6_3 = betas[3], d6_4 = betas[4], d6_5 = betas[5],
    d6_6 = betas[6]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 11, order = masks[place + leaf] * 11, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10]
    const weight = values[leaf] * z6 * z7 * z8 * z9 * z10
    const d5_0 = d6_0 + z5 * d6_1, d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4,
      d5_4 = d6_4 + z5 * d6_5, d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2,
      d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1,
      d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1,
      d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2,
      d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
  }
}

const keep7Of11: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d7_0 = betas[0], d7_1 = betas[1], d7_2 = betas[2], d7_3 = betas[3], d7_4 = betas[4], d7_5 = betas[5],
    d7_6 = betas[6], d7_7 = betas[7]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 11, order = masks[place + leaf] * 11, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10]
    const weight = values[leaf] * z7 * z8 * z9 * z10
    const d6_0 = d7_0 + z6 * d7_1, d6_1 = d7_1 + z6 * d7_2, d6_2 = d7_2 + z6 * d7_3, d6_3 = d7_3 + z6 * d7_4,
      d6_4 = d7_4 + z6 * d7_5, d6_5 = d7_5 + z6 * d7_6, d6_6 = d7_6 + z6 * d7_7, d5_0 = d6_0 + z5 * d6_1,
      d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4, d5_4 = d6_4 + z5 * d6_5,
      d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3,
      d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2,
      d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2,
      d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4, e6_1 = e5_1 + z5,
      e6_2 = e5_2 + z5 * e5_1, e6_3 = e5_3 + z5 * e5_2, e6_4 = e5_4 + z5 * e5_3, e6_5 = e5_5 + z5 * e5_4,
      e6_6 = z5 * e5_5
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6,
      s6 = d7_1 + e6_1 * d7_2 + e6_2 * d7_3 + e6_3 * d7_4 + e6_4 * d7_5 + e6_5 * d7_6 + e6_6 * d7_7
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
    out[to + players[i6]] += weight * (1 - z6) * s6
  }
}

const keep8Of11: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d8_0 = betas[0], d8_1 = betas[1], d8_2 = betas[2], d8_3 = betas[3], d8_4 = betas[4], d8_5 = betas[5],
    d8_6 = betas[6], d8_7 = betas[7], d8_8 = betas[8]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 11, order = masks[place + leaf] * 11, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10]
    const weight = values[leaf] * z8 * z9 * z10
    const d7_0 = d8_0 + z7 * d8_1, d7_1 = d8_1 + z7 * d8_2, d7_2 = d8_2 + z7 * d8_3, d7_3 = d8_3 + z7 * d8_4,
      d7_4 = d8_4 + z7 * d8_5, d7_5 = d8_5 + z7 * d8_6, d7_6 = d8_6 + z7 * d8_7, d7_7 = d8_7 + z7 * d8_8,
      d6_0 = d7_0 + z6 * d7_1, d6_1 = d7_1 + z6 * d7_2, d6_2 = d7_2 + z6 * d7_3, d6_3 = d7_3 + z6 * d7_4,
      d6_4 = d7_4 + z6 * d7_5, d6_5 = d7_5 + z6 * d7_6, d6_6 = d7_6 + z6 * d7_7, d5_0 = d6_0 + z5 * d6_1,
      d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4, d5_4 = d6_4 + z5 * d6_5,
      d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3,
      d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2,
      d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2,
      d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4, e6_1 = e5_1 + z5,
      e6_2 = e5_2 + z5 * e5_1, e6_3 = e5_3 + z5 * e5_2, e6_4 = e5_4 + z5 * e5_3, e6_5 = e5_5 + z5 * e5_4,
      e6_6 = z5 * e5_5, e7_1 = e6_1 + z6, e7_2 = e6_2 + z6 * e6_1, e7_3 = e6_3 + z6 * e6_2, e7_4 = e6_4 + z6 * e6_3,
      e7_5 = e6_5 + z6 * e6_4, e7_6 = e6_6 + z6 * e6_5, e7_7 = z6 * e6_6
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6,
      s6 = d7_1 + e6_1 * d7_2 + e6_2 * d7_3 + e6_3 * d7_4 + e6_4 * d7_5 + e6_5 * d7_6 + e6_6 * d7_7,
      s7 = d8_1 + e7_1 * d8_2 + e7_2 * d8_3 + e7_3 * d8_4 + e7_4 * d8_5 + e7_5 * d8_6 + e7_6 * d8_7 + e7_7 * d8_8
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
    out[to + players[i6]] += weight * (1 - z6) * s6
    out[to + players[i7]] += weight * (1 - z7) * s7
  }
}

const keep0Of12: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d0_0 = betas[0]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 12, order = masks[place + leaf] * 12, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10], i11 = at + orders[order + 11]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10], z11 = shares[i11]
    const weight = values[leaf] * z0 * z1 * z2 * z3 * z4 * z5 * z6 * z7 * z8 * z9 * z10 * z11
    const loss = weight * d0_0
    out[to + players[i0]] -= loss
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    out[to + players[i11]] -= loss
  }
}

const keep1Of12: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d1_0 = betas[0], d1_1 = betas[1]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 12, order = masks[place + leaf] * 12, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10], i11 = at + orders[order + 11]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10], z11 = shares[i11]
    const weight = values[leaf] * z1 * z2 * z3 * z4 * z5 * z6 * z7 * z8 * z9 * z10 * z11
    const d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i1]] -= loss
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    out[to + players[i11]] -= loss
    const s0 = d1_1
    out[to + players[i0]] += weight * (1 - z0) * s0
  }
}

const keep2Of12: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d2_0 = betas[0], d2_1 = betas[1], d2_2 = betas[2]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 12, order = masks[place + leaf] * 12, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10], i11 = at + orders[order + 11]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10], z11 = shares[i11]
    const weight = values[leaf] * z2 * z3 * z4 * z5 * z6 * z7 * z8 * z9 * z10 * z11
    const d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i2]] -= loss
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    out[to + players[i11]] -= loss
    const e1_1 = z0
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
  }
}

const keep3Of12: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d3_0 = betas[0], d3_1 = betas[1], d3_2 = betas[2], d3_3 = betas[3]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 12, order = masks[place + leaf] * 12, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10], i11 = at + orders[order + 11]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10], z11 = shares[i11]
    const weight = values[leaf] * z3 * z4 * z5 * z6 * z7 * z8 * z9 * z10 * z11
    const d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i3]] -= loss
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    out[to + players[i11]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
  }
}

const keep4Of12: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d4_0 = betas[0], d4_1 = betas[1], d4_2 = betas[2], d4_3 = betas[3], d4_4 = betas[4]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 12, order = masks[place + leaf] * 12, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10], i11 = at + orders[order + 11]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10], z11 = shares[i11]
    const weight = values[leaf] * z4 * z5 * z6 * z7 * z8 * z9 * z10 * z11
    const d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4,
      d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1,
      d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i4]] -= loss
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    out[to + players[i11]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
  }
}

const keep5Of12: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d5_0 = betas[0], d5_1 = betas[1], d5_2 = betas[2], d5_3 = betas[3], d5_4 = betas[4], d5_5 = betas[5]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 12, order = masks[place + leaf] * 12, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10], i11 = at + orders[order + 11]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10], z11 = shares[i11]
    const weight = values[leaf] * z5 * z6 * z7 * z8 * z9 * z10 * z11
    const d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4,
      d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3,
      d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3,
      d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i5]] -= loss
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    out[to + players[i11]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
  }
}

const keep6Of12: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d6_0 = betas[0], d6_1 = betas[1], d6_2 = betas[2], d6_3 = betas[3], d6_4 = betas[4], d6_5 = betas[5],
    d6_6 = betas[6]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 12, order = masks[place + leaf] * 12, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10], i11 = at + orders[order + 11]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10], z11 = shares[i11]
    const weight = values[leaf] * z6 * z7 * z8 * z9 * z10 * z11
    const d5_0 = d6_0 + z5 * d6_1, d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4,
      d5_4 = d6_4 + z5 * d6_5, d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2,
      d4_2 = d5_2 + z4 * d5_3, d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1,
      d3_1 = d4_1 + z3 * d4_2, d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1,
      d2_1 = d3_1 + z2 * d3_2, d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2,
      d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i6]] -= loss
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    out[to + players[i11]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
  }
}

const keep7Of12: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d7_0 = betas[0], d7_1 = betas[1], d7_2 = betas[2], d7_3 = betas[3], d7_4 = betas[4], d7_5 = betas[5],
    d7_6 = betas[6], d7_7 = betas[7]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 12, order = masks[place + leaf] * 12, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10], i11 = at + orders[order + 11]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10], z11 = shares[i11]
    const weight = values[leaf] * z7 * z8 * z9 * z10 * z11
    const d6_0 = d7_0 + z6 * d7_1, d6_1 = d7_1 + z6 * d7_2, d6_2 = d7_2 + z6 * d7_3, d6_3 = d7_3 + z6 * d7_4,
      d6_4 = d7_4 + z6 * d7_5, d6_5 = d7_5 + z6 * d7_6, d6_6 = d7_6 + z6 * d7_7, d5_0 = d6_0 + z5 * d6_1,
      d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4, d5_4 = d6_4 + z5 * d6_5,
      d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3,
      d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2,
      d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2,
      d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i7]] -= loss
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    out[to + players[i11]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4, e6_1 = e5_1 + z5,
      e6_2 = e5_2 + z5 * e5_1, e6_3 = e5_3 + z5 * e5_2, e6_4 = e5_4 + z5 * e5_3, e6_5 = e5_5 + z5 * e5_4,
      e6_6 = z5 * e5_5
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6,
      s6 = d7_1 + e6_1 * d7_2 + e6_2 * d7_3 + e6_3 * d7_4 + e6_4 * d7_5 + e6_5 * d7_6 + e6_6 * d7_7
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
    out[to + players[i6]] += weight * (1 - z6) * s6
  }
}

const keep8Of12: Kernel = (group, leaves, start, end, masks, orders, betas, out) => {
  const { place, values, shares, players, offsets } = group
  const d8_0 = betas[0], d8_1 = betas[1], d8_2 = betas[2], d8_3 = betas[3], d8_4 = betas[4], d8_5 = betas[5],
    d8_6 = betas[6], d8_7 = betas[7], d8_8 = betas[8]
  for (let i = start; i < end; i++) {
    const leaf = leaves[i], at = leaf * 12, order = masks[place + leaf] * 12, to = offsets[leaf]
    const i0 = at + orders[order], i1 = at + orders[order + 1], i2 = at + orders[order + 2],
      i3 = at + orders[order + 3], i4 = at + orders[order + 4], i5 = at + orders[order + 5],
      i6 = at + orders[order + 6], i7 = at + orders[order + 7], i8 = at + orders[order + 8],
      i9 = at + orders[order + 9], i10 = at + orders[order + 10], i11 = at + orders[order + 11]
    const z0 = shares[i0], z1 = shares[i1], z2 = shares[i2], z3 = shares[i3], z4 = shares[i4], z5 = shares[i5],
      z6 = shares[i6], z7 = shares[i7], z8 = shares[i8], z9 = shares[i9], z10 = shares[i10], z11 = shares[i11]
    const weight = values[leaf] * z8 * z9 * z10 * z11
    const d7_0 = d8_0 + z7 * d8_1, d7_1 = d8_1 + z7 * d8_2, d7_2 = d8_2 + z7 * d8_3, d7_3 = d8_3 + z7 * d8_4,
      d7_4 = d8_4 + z7 * d8_5, d7_5 = d8_5 + z7 * d8_6, d7_6 = d8_6 + z7 * d8_7, d7_7 = d8_7 + z7 * d8_8,
      d6_0 = d7_0 + z6 * d7_1, d6_1 = d7_1 + z6 * d7_2, d6_2 = d7_2 + z6 * d7_3, d6_3 = d7_3 + z6 * d7_4,
      d6_4 = d7_4 + z6 * d7_5, d6_5 = d7_5 + z6 * d7_6, d6_6 = d7_6 + z6 * d7_7, d5_0 = d6_0 + z5 * d6_1,
      d5_1 = d6_1 + z5 * d6_2, d5_2 = d6_2 + z5 * d6_3, d5_3 = d6_3 + z5 * d6_4, d5_4 = d6_4 + z5 * d6_5,
      d5_5 = d6_5 + z5 * d6_6, d4_0 = d5_0 + z4 * d5_1, d4_1 = d5_1 + z4 * d5_2, d4_2 = d5_2 + z4 * d5_3,
      d4_3 = d5_3 + z4 * d5_4, d4_4 = d5_4 + z4 * d5_5, d3_0 = d4_0 + z3 * d4_1, d3_1 = d4_1 + z3 * d4_2,
      d3_2 = d4_2 + z3 * d4_3, d3_3 = d4_3 + z3 * d4_4, d2_0 = d3_0 + z2 * d3_1, d2_1 = d3_1 + z2 * d3_2,
      d2_2 = d3_2 + z2 * d3_3, d1_0 = d2_0 + z1 * d2_1, d1_1 = d2_1 + z1 * d2_2, d0_0 = d1_0 + z0 * d1_1
    const loss = weight * d0_0
    out[to + players[i8]] -= loss
    out[to + players[i9]] -= loss
    out[to + players[i10]] -= loss
    out[to + players[i11]] -= loss
    const e1_1 = z0, e2_1 = e1_1 + z1, e2_2 = z1 * e1_1, e3_1 = e2_1 + z2, e3_2 = e2_2 + z2 * e2_1, e3_3 = z2 * e2_2,
      e4_1 = e3_1 + z3, e4_2 = e3_2 + z3 * e3_1, e4_3 = e3_3 + z3 * e3_2, e4_4 = z3 * e3_3, e5_1 = e4_1 + z4,
      e5_2 = e4_2 + z4 * e4_1, e5_3 = e4_3 + z4 * e4_2, e5_4 = e4_4 + z4 * e4_3, e5_5 = z4 * e4_4, e6_1 = e5_1 + z5,
      e6_2 = e5_2 + z5 * e5_1, e6_3 = e5_3 + z5 * e5_2, e6_4 = e5_4 + z5 * e5_3, e6_5 = e5_5 + z5 * e5_4,
      e6_6 = z5 * e5_5, e7_1 = e6_1 + z6, e7_2 = e6_2 + z6 * e6_1, e7_3 = e6_3 + z6 * e6_2, e7_4 = e6_4 + z6 * e6_3,
      e7_5 = e6_5 + z6 * e6_4, e7_6 = e6_6 + z6 * e6_5, e7_7 = z6 * e6_6
    const s0 = d1_1, s1 = d2_1 + e1_1 * d2_2, s2 = d3_1 + e2_1 * d3_2 + e2_2 * d3_3,
      s3 = d4_1 + e3_1 * d4_2 + e3_2 * d4_3 + e3_3 * d4_4,
      s4 = d5_1 + e4_1 * d5_2 + e4_2 * d5_3 + e4_3 * d5_4 + e4_4 * d5_5,
      s5 = d6_1 + e5_1 * d6_2 + e5_2 * d6_3 + e5_3 * d6_4 + e5_4 * d6_5 + e5_5 * d6_6,
      s6 = d7_1 + e6_1 * d7_2 + e6_2 * d7_3 + e6_3 * d7_4 + e6_4 * d7_5 + e6_5 * d7_6 + e6_6 * d7_7,
      s7 = d8_1 + e7_1 * d8_2 + e7_2 * d8_3 + e7_3 * d8_4 + e7_4 * d8_5 + e7_5 * d8_6 + e7_6 * d8_7 + e7_7 * d8_8
    out[to + players[i0]] += weight * (1 - z0) * s0
    out[to + players[i1]] += weight * (1 - z1) * s1
    out[to + players[i2]] += weight * (1 - z2) * s2
    out[to + players[i3]] += weight * (1 - z3) * s3
    out[to + players[i4]] += weight * (1 - z4) * s4
    out[to + players[i5]] += weight * (1 - z5) * s5
    out[to + players[i6]] += weight * (1 - z6) * s6
    out[to + players[i7]] += weight * (1 - z7) * s7
  }
}

/** By the number of players, from 1 on, and how many of them are kept. */
export const KERNELS: ReadonlyArray<readonly Kernel[]> = [
  [keep0Of1, keep1Of1],
  [keep0Of2, keep1Of2, keep2Of2],
  [keep0Of3, keep1Of3, keep2Of3, keep3Of3],
  [keep0Of4, keep1Of4, keep2Of4, keep3Of4, keep4Of4],
  [keep0Of5, keep1Of5, keep2Of5, keep3Of5, keep4Of5, keep5Of5],
  [keep0Of6, keep1Of6, keep2Of6, keep3Of6, keep4Of6, keep5Of6, keep6Of6],
  [keep0Of7, keep1Of7, keep2Of7, keep3Of7, keep4Of7, keep5Of7, keep6Of7, keep7Of7],
  [keep0Of8, keep1Of8, keep2Of8, keep3Of8, keep4Of8, keep5Of8, keep6Of8, keep7Of8, keep8Of8],
  [keep0Of9, keep1Of9, keep2Of9, keep3Of9, keep4Of9, keep5Of9, keep6Of9, keep7Of9, keep8Of9],
  [keep0Of10, keep1Of10, keep2Of10, keep3Of10, keep4Of10, keep5Of10, keep6Of10, keep7Of10, keep8Of10],
  [keep0Of11, keep1Of11, keep2Of11, keep3Of11, keep4Of11, keep5Of11, keep6Of11, keep7Of11, keep8Of11],
  [keep0Of12, keep1Of12, keep2Of12, keep3Of12, keep4Of12, keep5Of12, keep6Of12, keep7Of12, keep8Of12]
]
