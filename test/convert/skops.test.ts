/** A .skops file becomes the dump that the pickle of the same model becomes. */
import t from 'tap'
import { convert } from '../../tools/convert/convert.js'
import { openContainer } from '../../tools/convert/containers/container.js'
import { readFixture, readFixtureJson } from '../helpers/fixtures.js'

interface Index {
  skops: string
  cases: Record<string, Record<string, [from: number, to: number]>>
}

/** The dump of a file, byte for byte, but for what it says of the file. */
async function convertText(bytes: Uint8Array): Promise<string> {
  const [{ text }] = await convert([{ name: 'model.pkl', bytes }])
  const rest = text.replace(/^ {2}"digest": "[0-9a-f]{64}",$/m, '').replace(/^ +"(bytes|sha256)": .*$/gm, '')
  t.equal(text.split('\n').length, rest.split('\n').length)
  return rest
}

/** Rounded as numpy 1 or 2 does, whichever it was. */
const UNDECIDED = 'calibrated-float32'

/** Files of their own. */
const DEFLATED = ['forest', 'hist', 'pipeline']

for (const protocol of [0, 1, 2]) {
  const { skops, cases } = readFixtureJson(`skops/protocol-${protocol}.manifest.json`) as Index
  const { payload } = openContainer(readFixture(`skops/protocol-${protocol}.files.xz`), { maxBytes: 1e8 })
  t.test(`protocol ${protocol}, by skops ${skops}`, async t => {
    for (const [name, { pkl, ...forms }] of Object.entries(cases)) {
      const expected = await convertText(payload.subarray(...pkl))
      for (const [form, range] of Object.entries(forms)) {
        if (name === UNDECIDED) {
          const bytes = payload.subarray(...range)
          await t.rejects(convert([{ name, bytes }]), /a file that says whether numpy 1 or 2 wrote it.*Save the model as a pickle/)
          continue
        }
        t.equal(await convertText(payload.subarray(...range)), expected, `${name}, ${form}`)
      }
      if (protocol < 2 || !DEFLATED.includes(name)) continue
      t.equal(await convertText(readFixture(`skops/${name}.skops`)), expected, `${name}, deflated`)
    }
  })
}
