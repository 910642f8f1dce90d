/** A worker of the fuzzer whose program has a fault of each kind; test/fuzz/search.test.ts has their numbers. */
import { InputError } from '../../src/model/types.js'
import type { Fuzzer } from '../../tools/fuzz/shared/fuzzer.js'
import { work, type WorkerOptions } from '../../tools/fuzz/work.js'

const kept: Buffer[] = []

function misbehave(number: number): 'accepted' | 'refused' {
  switch (number) {
    case 3: throw new TypeError('x is not a function')
    case 4: throw new RangeError('Invalid array length')
    case 6: return process.abort()
    case 8: return spin(1.5e6)
    case 10:
      kept.push(Buffer.alloc(600 * 2 ** 20, 1))
      return 'refused'
    case 9: for (;;);
    case 11: void Promise.reject(new InputError([])); return 'accepted'
    default: return number % 2 === 0 ? 'accepted' : 'refused'
  }
}

/** Of processor time; to ask for it costs some too. */
function spin(microseconds: number): 'accepted' {
  const end = process.cpuUsage().user + microseconds
  while (process.cpuUsage().user < end) for (let i = 0; i < 1e6; i++);
  return 'accepted'
}

const fuzzer: Fuzzer = {
  make: number => ({
    source: 'nothing',
    bytes: Buffer.alloc(0),
    run: async () => {
      const result = misbehave(number)
      // Whatever was rejected and never looked at comes now.
      await new Promise(resolve => setImmediate(resolve))
      return result
    }
  })
}
await work(fuzzer, JSON.parse(process.argv[2]) as WorkerOptions)
