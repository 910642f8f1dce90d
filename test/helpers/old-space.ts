import { getHeapSpaceStatistics } from 'node:v8'

/** Bytes that V8's old space grows by while numbers that are all different are written 400,000 times. */
export function oldSpaceGrowth(write: (number: number) => void): number {
  const grow = () => {
    const before = usedBytes()
    // Enough of them that V8's table of texts forgets each before it comes again.
    for (let round = 0; round < 10; round++) for (let i = 0; i < 40_000; i++) write(i / 40_001)
    return usedBytes() - before
  }
  // One of the lower of seven: what is new now and then grows old in one, and a full collection may come in another.
  return Array.from({ length: 7 }, grow).sort((a, b) => a - b)[2]
}

function usedBytes(): number {
  return getHeapSpaceStatistics().find(space => space.space_name === 'old_space')?.space_used_size ?? 0
}
