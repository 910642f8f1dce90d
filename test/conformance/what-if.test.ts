/**
 * What would change the answers of the RECALL service's own models, where this machine has them: see recall.test.ts.
 * For
 * a thousand rows of each, the nearest value changes the answer, and the float64 before it does not.
 */
import { join } from 'node:path'
import t from 'tap'
import type { Answer } from '../../library/index.js'
import type { NearestOptions } from '../../library/what-if.js'
import type { Dump } from '../../src/dump/dump.js'
import { convert } from '../../tools/convert/convert.js'
import { readVariable } from '../helpers/environment.js'
import { makeRandom, pickSeed } from '../helpers/forests.js'
import { Checked } from '../helpers/what-if.js'

const folder = readVariable('RECALL_FILES')
const PICKLES = ['telco_pipeline_model.pkl', 'rf_churn_risk_model.pkl', 'label_encoders.pkl', 'scaler.pkl']
const ROWS = 1000

/** What each model is asked, and its outcome by the answer itself. */
const QUESTIONS: Readonly<Record<string, { readonly options: NearestOptions,
  readonly outcomeOf: (answer: Answer | undefined) => unknown }>> = {
  churn: {
    options: { label: 1, thresholds: [0.3, 0.6], categories: ['LOW', 'MEDIUM', 'HIGH'] },
    outcomeOf: answer => {
      const score = answer?.probabilities?.[1]
      return score === undefined ? undefined : score >= 0.6 ? 'HIGH' : score >= 0.3 ? 'MEDIUM' : 'LOW'
    }
  },
  recommend: { options: {}, outcomeOf: answer => answer?.prediction }
}

t.setTimeout(1_800_000)

if (folder === undefined) t.pass('skipped: RECALL_FILES names no folder', { skip: 'RECALL_FILES is not set' })
else {
  t.test('the nearest changes', async t => {
    const seed = pickSeed()
    t.comment(`TEST_SEED=${seed}`)
    const random = makeRandom(seed)
    for (const { text } of await convert(PICKLES.map(file => join(folder, 'recall-models', file)))) {
      const dump = JSON.parse(text) as Dump
      const checked = new Checked(dump, t, dump.name)
      const { options, outcomeOf } = QUESTIONS[dump.name]
      let turns = 0
      let spent = 0
      for (let i = 0; i < ROWS; i++) {
        const row = checked.randomRow(random)
        if (i === 0 || Object.keys(row).length === 0) Object.assign(row, dump.golden[0].input)
        const start = performance.now()
        const nearest = checked.whatIf.nearest(row, options)
        spent += performance.now() - start
        turns += checked.checkNearest(row, nearest, outcomeOf)
      }
      t.comment(`${dump.name}: ${turns} turns, ${(spent / ROWS).toFixed(2)} ms per row`)
      t.ok(turns > ROWS, `${dump.name}: ${turns} turns`)
    }
  })
}
