import { createHash } from 'node:crypto'
import t from 'tap'
import { Sha256 } from '../../src/model/sha256.js'
import { makeDump } from '../helpers/dumps.js'
import { makeRandom, pickSeed } from '../helpers/forests.js'
import { computeDigest } from '../../src/model/digest.js'
import { hashContent } from '../../src/model/hash-content.js'

t.test("is Node.js's SHA-256, whatever the length and however it is cut", async t => {
  const seed = pickSeed()
  t.comment(`TEST_SEED=${seed}`)
  const random = makeRandom(seed)
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, () => random() * 256)
    const cut = Math.floor(random() * length)
    const hash = new Sha256().update(bytes.subarray(0, cut)).update(bytes.subarray(cut))
    const digest = hash.digest()
    if (digest !== createHash('sha256').update(bytes).digest('hex')) t.fail(`${length} bytes, cut at ${cut}: ${digest}`)
  }
})

t.test('gives the digest of a dump', t => {
  const dump = makeDump({ description: '\u20ac \ud83d\ude00' })
  t.equal(hashContent(dump, new Sha256()), computeDigest(dump))
  t.end()
})
