/**
 * The two models of the RECALL telco service, as its training notebooks save them: the offer to make, in one file, and
 * the risk of churn, in three. What a missing value or an unknown category counts as is what their Flask service did.
 */
import type { CategoryInput } from '../../../src/dump/dump.js'
import { Dict } from '../pickle/values.js'
import { Frame } from '../common/frame.js'
import type { Located } from '../common/located.js'
import { readLabels } from '../common/estimator.js'
import { convertModel, convertTransformer } from '../registry/registry.js'
import { readNotes } from './beside.js'
import { listEntries } from './bundle.js'
import { describeEstimator, readSklearnVersion } from './describe-estimator.js'
import { PROFILE_NUMBERS } from './recall-fields.js'
import type { Converted, Recipe } from '../common/recipe.js'
import type { PickleFile } from '../common/source-file.js'

const OFFER_KEYS = ['model', 'le_plan', 'le_device', 'le_target', 'features']
/** What the notebook measured, and what le_target says too. */
const OFFER_NOTES = ['model_confidence', 'target_mapping']
const CHURN_COLUMNS = [
  'plan_type', 'device_brand', 'pct_video_usage', 'monthly_spend', 'travel_score', 'complaint_count'
]

export const recommendRecipe: Recipe<PickleFile> = {
  name: 'recall-recommend',
  kinds: ['pickle'],
  parts: [
    { what: `a dict with ${OFFER_KEYS.join(', ')} (telco_pipeline_model.pkl)`, matches: file => hasKeys(file.root, OFFER_KEYS) }
  ],
  build([file], progress): Converted {
    const bundle = file.root
    // The five are read below; what else is there has to be a note.
    const others = listEntries(bundle).filter(({ at }) => ![...OFFER_KEYS, ...OFFER_NOTES].includes(at.path))
    const beside = readNotes({ model: bundle.key('model'), others, kind: 'dict' })
    const frame = profileFrame(bundle.key('le_plan'), bundle.key('le_device'), 'Prepaid')
    frame.derive('video_data_intensity', ['*', 'avg_data_usage_gb', 'pct_video_usage'])
    frame.derive('spend_per_call_unit', ['/', 'monthly_spend', ['+', 'avg_call_duration', 1]])
    const features = knownColumns(bundle.key('features').items(), frame)
    const model = bundle.key('model')
    const converted = convertModel(model, features, frame, progress)
    const offers = readLabels(bundle.key('le_target'))
    const codes = converted.outputs[0].classes ?? model.fail('a classifier')
    return {
      ...converted,
      name: 'recommend',
      description: 'The offer that suits a customer best',
      frame,
      outputs: [{
        classes: codes.map(code => offers[Number(code)] ?? bundle.key('le_target').fail(`a label for class ${code}`))
      }],
      estimator: describeEstimator(model),
      sklearnVersion: readSklearnVersion(model),
      beside
    }
  }
}

export const churnRecipe: Recipe<PickleFile> = {
  name: 'recall-churn',
  kinds: ['pickle'],
  parts: [
    {
      what: 'a forest of the six churn columns (rf_churn_risk_model.pkl)',
      matches: ({ root }) => root.className === 'RandomForestClassifier' && hasColumns(root, CHURN_COLUMNS)
    },
    {
      what: 'a dict of the LabelEncoders plan_type and device_brand (label_encoders.pkl)',
      matches: ({ root }) => hasKeys(root, ['plan_type', 'device_brand']) && root.key('plan_type').className === 'LabelEncoder'
    },
    {
      what: 'a StandardScaler of the six churn columns (scaler.pkl)',
      matches: ({ root }) => root.className === 'StandardScaler' && hasColumns(root, CHURN_COLUMNS)
    }
  ],
  build([forestFile, encoderFile, scalerFile], progress): Converted {
    const frame = profileFrame(encoderFile.root.key('plan_type'), encoderFile.root.key('device_brand'), undefined)
    const scaled = convertTransformer(scalerFile.root, CHURN_COLUMNS, frame)
    return {
      ...convertModel(forestFile.root, scaled, frame, progress),
      name: 'churn',
      description: 'Whether a customer will leave',
      frame,
      estimator: `${describeEstimator(scalerFile.root)}, ${describeEstimator(forestFile.root)}`,
      sklearnVersion: readSklearnVersion(forestFile.root)
    }
  }
}

/**
 * The ten fields of a profile.
 * @param missingPlan the plan that a customer without one counts as, where the encoder has it
 */
function profileFrame(plans: Located, brands: Located, missingPlan: string | undefined): Frame {
  const frame = new Frame()
  for (const input of PROFILE_NUMBERS) frame.addInput(input)
  frame.addInput(category('plan_type', 'How the customer pays', plans, { missing: missingPlan, example: 'Postpaid' }))
  frame.addInput(category('device_brand', "Maker of the customer's phone", brands, { example: 'Samsung' }))
  return frame
}

/** Text that no encoder knows counts as "Other" where there is such a category, else as the encoder's first one. */
function category(
  name: string,
  description: string,
  encoder: Located,
  { missing, example }: { missing?: string | undefined, example: string }
): CategoryInput {
  const categories = encoder.attr('classes_').texts()
  const unknown = categories.includes('Other') ? 'Other' : categories[0]
  return {
    name,
    type: 'category',
    description,
    categories,
    example: categories.includes(example) ? example : categories[0],
    fallback: { missing: missing !== undefined && categories.includes(missing) ? missing : unknown, unknown }
  }
}

function knownColumns(columns: Located[], frame: Frame): string[] {
  return columns.map(column => frame.has(column.text()) ? column.text() : column.fail("one of the profile's columns"))
}

function hasKeys({ value }: Located, keys: readonly string[]): boolean {
  return value instanceof Dict && keys.every(key => value.get(key) !== undefined)
}

function hasColumns(estimator: Located, columns: readonly string[]): boolean {
  const names = estimator.attr('feature_names_in_')
  if (names.isAbsent) return false
  const fitted = names.items().map(item => item.value)
  return fitted.length === columns.length && columns.every((column, i) => column === fitted[i])
}
