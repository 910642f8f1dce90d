/** The encoders of category_encoders and feature-engine, and TargetEncoder, against what these libraries give. */
import t from 'tap'
import { compareFixture } from '../helpers/compare-fixture.js'
import { compareTransformers } from '../helpers/compare-transformers.js'

// By pandas' version.
const VERSIONS = ['1.5', '2.2', '3.1']

await compareTransformers(t, 'encoders', VERSIONS)

for (const version of VERSIONS) {
  await t.test(`${version}: a Pipeline that begins with an encoder`, t => compareFixture(t, `encoders/pipeline-${version}.pkl`))
}
