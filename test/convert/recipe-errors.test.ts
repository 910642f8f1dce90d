/** What is wrong with a recipe is said with line and column: what was expected, what came, and what was meant. */
import t from 'tap'
import { convert } from '../../tools/convert/convert.js'
import { ConvertError } from '../../tools/convert/errors/convert-error.js'
import { fixturePath } from '../helpers/fixtures.js'

/** The message of the error for a recipe beside a fixture's files. */
async function fail(recipe: string, service: string, files: readonly string[]): Promise<string> {
  const paths = files.map(file => fixturePath(`recipes/${service}/${file}`))
  try {
    await convert(paths, { recipe: { name: 'r.yaml', bytes: Buffer.from(recipe) } })
  } catch (error) {
    if (error instanceof ConvertError) return error.message
    throw error
  }
  return 'converted'
}

const shape: ReadonlyArray<readonly [name: string, recipe: string, message: RegExp]> = [
  ['no YAML', 'chain: [a\n', /^r\.yaml:2:1: expected YAML or JSON \(/],
  ['not text', '\u0000', /^r\.yaml:1:1: expected/],
  ['nothing', '', /^r\.yaml:1:1: expected a recipe, received null/],
  ['a list', '- a\n', /^r\.yaml:1:1: expected a recipe, received a list of 1 value/],
  ['too deep', '['.repeat(50_000), /^r\.yaml: expected a recipe.* nested too deep/],
  ['a duplicate key', 'chain: [a]\nchain: [b]\n', /^r\.yaml:2:1: expected YAML or JSON \(Map keys must be unique\)/],
  ['an anchor', 'chain: &a [b]\n', /^r\.yaml:1:11: expected texts, numbers, lists and keys, no anchors/],
  ['a reference', 'chain: [b]\nignore: *a\n', /^r\.yaml:2:9: expected texts, numbers, lists and keys/],
  ['a tag', 'chain: !!python/object:os.system [b]\n', /^r\.yaml:1:8: expected YAML or JSON/],
  ['no chain', 'name: a\n', /^r\.yaml:1:1: expected the key "chain", received nothing/],
  ['an unknown key', 'chain: [a]\ncolums: [b]\n', /^r\.yaml:2:1: unknown key "colums", did you mean "columns"\? The keys there are /],
  ['an unknown key within', 'chain: [a]\ninputs:\n  age: { minimun: 3 }\n', /^r\.yaml:3:10: unknown key "minimun" in inputs\.age, did you mean "minimum"\?/],
  ['an unknown key in a step', 'chain:\n  - { use: a, column: [b] }\n', /^r\.yaml:2:15: unknown key "column" in chain\[0\], did you mean "columns"\?/],
  ['a wrong kind', 'chain: [a]\ninputs:\n  age: { minimum: low }\n', /^r\.yaml:3:19: inputs\.age\.minimum: expected number, received the text "low"/],
  ['a wrong kind of several', 'chain: [a]\noutput: { threshold: [1] }\n', /^r\.yaml:2:22: output\.threshold: expected a probability, the file or key that has one, or .* received a list of 1 value/],
  ['a probability beyond 1', 'chain: [a]\noutput: { threshold: 37 }\n', /^r\.yaml:2:22: output\.threshold: expected .*probability.*received the number 37/],
  ['a name that no model may have', 'name: "a b"\nchain: [a]\n', /^r\.yaml:1:7: name: expected string to match/],
  ['JSON, too', '{"chain": ["a"],\n "colums": []}', /^r\.yaml:2:2: unknown key "colums"/]
]

t.test('the shape of a recipe', async t => {
  for (const [name, recipe, message] of shape) t.match(await fail(recipe, 'weights', ['rf.pkl']), message, name)
})

const FLASK = ['model.pkl', 'scaler.pkl', 'encoders.pkl', 'columns.pkl']
const MODEL = `chain:
  - { use: scaler.pkl, columns: [age, monthly_spend, spend_per_call] }
  - model.pkl
`
const ENCODERS = 'encoders: { plan: encoders.pkl#plan, city: encoders.pkl#city }\n'
const WHOLE = `${MODEL}columns: columns.pkl\n${ENCODERS}`

const contradictions: ReadonlyArray<readonly [name: string, recipe: string, message: RegExp]> = [
  ['a file that is not named', `${MODEL}columns: columns.pkl\n`, /^encoders\.pkl: r\.yaml does not mention it\. Leave it out/],
  ['a file that is not there', WHOLE.replaceAll('scaler.pkl', 'scalar.pkl'), /^r\.yaml:2:12: chain\[0\]\.use: needs "scalar\.pkl", which is none of the files, did you mean "scaler\.pkl"\?/],
  ['a key that is not there', WHOLE.replace('#plan', '#plans'), /^r\.yaml:5:19: encoders\.plan: there is no "plans" in encoders\.pkl, did you mean "plan"\?/],
  ['what nobody uses', WHOLE.replace(', city: encoders.pkl#city', ''), /"encoders\.pkl\.city" \(LabelEncoder\).* list it there under ignore/],
  ['a count', WHOLE.replace(', spend_per_call', ''), /^r\.yaml:2:33: chain\[0\]\.columns: expected 3 columns, as scaler\.pkl was fitted on, received 2/],
  ['a column that is not there', WHOLE.replace('[age,', '[agee,'), /^r\.yaml:2:33: chain\[0\]\.columns: scaler\.pkl takes "agee", which does not come to it, did you mean "age"\?/],
  ['no word on which columns', WHOLE.replace('{ use: scaler.pkl, columns: [age, monthly_spend, spend_per_call] }', 'scaler.pkl'), /^r\.yaml:2:5: chain\[0\]: scaler\.pkl takes 3 columns and does not say which.*7 come to it/],
  ['an input that nothing reads', `${WHOLE}inputs: { montly_spend: {} }\n`, /^r\.yaml:6:25: inputs\.montly_spend: nothing reads "montly_spend", did you mean "monthly_spend"\? Take it out, or add "unused: true"/],
  ['a constant that nothing reads', WHOLE.replace('columns.pkl\n', '{ names: columns.pkl, constants: { tenur: 12 } }\n'), /^r\.yaml:4:\d+: columns\.constants\.tenur: nothing reads "tenur", did you mean "tenure"\?/],
  ['a derived column that nothing reads', `${WHOLE}derived: { x: age * 2 }\n`, /^r\.yaml:6:15: derived\.x: nothing reads "x"/],
  ['a category', `${WHOLE}inputs: { plan: { fallback: { missing: Prepayd } } }\n`, /^r\.yaml:6:40: inputs\.plan\.fallback\.missing: "Prepayd" is none of the categories, did you mean "Prepaid"\?/],
  ['a range of text', `${WHOLE}inputs: { plan: { minimum: 0 } }\n`, /^r\.yaml:6:28: inputs\.plan\.minimum: expected no such key of an input of text/],
  ['a text for a number', `${WHOLE}inputs: { age: { fallback: { missing: none } } }\n`, /^r\.yaml:6:39: inputs\.age\.fallback\.missing: expected a number/],
  ['an example out of range', `${WHOLE}inputs: { age: { minimum: 18, example: 3 } }\n`, /^r\.yaml:6:40: inputs\.age\.example: expected a number between/],
  ['a name in an expression', `${WHOLE.replace('columns.pkl\n', '{ names: columns.pkl, constants: { tenure: 1 } }\n')}derived: { spend_per_call: monthly_spent / 2 }\ninputs: { monthly_spend: {} }\n`, /^r\.yaml:6:28: derived\.spend_per_call: nothing is called "monthly_spent", did you mean "monthly_spend"\? \(character 1 /],
  ['an expression', `${WHOLE}derived: { spend_per_call: age + * 2 }\n`, /^r\.yaml:6:28: derived\.spend_per_call: expected a number, a text, a name or \(, received "\*" \(character 7 of the expression, at "\* 2"\)/],
  ['code', `${WHOLE}derived: { spend_per_call: __import__('os').system('x') }\n`, /derived\.spend_per_call: (no function is called|".*" has no meaning|expected)/],
  ['a threshold of labels', `${WHOLE}output: { labels: [a, b, c] }\n`, /^r\.yaml:6:19: output\.labels: labels: expected a label for each of the 2 classes 0, 1/],
  ['an unknown positive class', `${WHOLE}output: { labels: [a, b], threshold: 0.3, positive: c }\n`, /^r\.yaml:6:53: output\.positive: expected one of the classes a, b/],
  ['a value of a classifier', `${WHOLE}output: { value: prediction * 2 }\n`, /^r\.yaml:6:18: output\.value: expected a regressor/],
  ['a function that no file names', `${WHOLE}functions: { our.f: { each: x } }\n`, /^r\.yaml:6:21: functions\["our\.f"\]: no file names such a function/],
  ['a predictor before the end', WHOLE.replace('  - model.pkl', '  - model.pkl\n  - model.pkl'), /^r\.yaml:3:5: chain\[1\]: expected a transformer, found RandomForestClassifier/],
  ['a transformer at the end', WHOLE.replace('  - model.pkl', '  - scaler.pkl').replace('columns.pkl\n', 'columns.pkl\nignore: [model.pkl]\n'), /^r\.yaml:3:5: chain\[1\]: expected a predictor, found StandardScaler/],
  ['what is ignored and not there', `${WHOLE}ignore: [encoders.pkl#citi]\n`, /^r\.yaml:6:10: ignore\[0\]: there is no "citi" in encoders\.pkl, did you mean "city"\?/]
]

t.test('what contradicts the files', async t => {
  t.equal(await fail(WHOLE, 'flask', FLASK), 'converted')
  for (const [name, recipe, message] of contradictions) t.match(await fail(recipe, 'flask', FLASK), message, name)
})

t.test('names and order that a file knows', async t => {
  const files = ['rf.pkl']
  const columns = (...names: string[]) => fail(`chain: [{ use: rf.pkl, columns: [${names.join(', ')}] }]\n`, 'weights', files)
  t.equal(await columns('age', 'monthly_spend', 'calls'), 'converted')
  t.match(await columns('age', 'calls', 'monthly_spend'), /^r\.yaml:1:33: chain\[0\]\.columns: expected "monthly_spend" in place 2, as .* received "calls"/)
  t.match(await columns('age', 'age', 'calls'), /"age" is there twice/)
  t.match(await fail('chain: [rf.pkl]\ncolumns: [age, monthly_spend]\n', 'weights', files), /takes "calls", which does not come to it/)
  t.match(await fail('chain: [rf.pkl]\ncolumns: [age, monthly_spend, calls, city]\n', 'weights', files), /^r\.yaml:2:10: columns: nothing in the chain takes "city"/)
})

t.test('scaled or not', async t => {
  const files = ['model.pkl', 'scaler.pkl', 'columns.pkl']
  const without = await fail('columns: columns.pkl\nchain: [model.pkl]\ninputs:\n  age: { minimum: 18, maximum: 99 }\nignore: [scaler.pkl]\n', 'expm1', files)
  t.match(without, /^r\.yaml:4:8: inputs\.age: expected a range that model\.pkl asks about.* received 18 to 99\. .*the chain lacks the scaler/)
  t.match(await fail('chain: [scaler.pkl, cost.pkl]\n', 'models', ['cost.pkl']), /needs "scaler\.pkl"/)
})

t.test('float32 answers', async t => {
  const fault = await fail('chain: [model.pkl]\noutput: { value: prediction * 1.1 }\n', 'float32', ['model.pkl'])
  t.match(fault, /^r\.yaml:2:18: output\.value: prediction is float32, .*write float\(prediction\)/)
  t.equal(await fail('chain: [model.pkl]\noutput: { value: expm1(prediction) }\n', 'float32', ['model.pkl']), 'converted')
})

t.test('several predictors need a word on what becomes of their answers', async t => {
  const files = ['rf.pkl', 'gb.pkl']
  const chain = 'chain: [{ predictors: { rf: rf.pkl, gb: gb.pkl } }]\n'
  t.match(await fail(chain, 'weights', files), /several predictors, and nothing says what becomes of their answers\. Write under output/)
  t.match(await fail(`${chain}output: { weights: { rf: 1 } }\n`, 'weights', files), /expected a weight for gb too/)
  t.match(await fail(`${chain}output: { weights: { rf: 1, gb: 1 }, probability: rf }\n`, 'weights', files), /expected no probability beside weights/)
})

t.test('a function that a file only names: the error has the lines to write', async t => {
  const whole = await convert([fixturePath('recipes/functions/model.pkl')]).catch((error: unknown) => (error as Error).message)
  t.match(whole, /--recipe recipe\.yaml:\nchain: \[model\.pkl\].*\nfunctions:\n {2}"ours\.add_ratio": \{ each: x \}/)
  const dict = await convert([fixturePath('recipes/function-in-dict/model.pkl')]).catch((error: unknown) => (error as Error).message)
  t.match(dict, /"ours\.rate": \{ each: x \}/)
  t.match(await fail('chain: [model.pkl#prepare, model.pkl#model]\ncolumns: [calls]\n', 'function-in-dict', ['model.pkl']), /chain\[0\]: .* no more than the name\. Say what it does:\nfunctions:\n {2}"ours\.rate"/)
  t.match(await fail('chain: [model.pkl]\nfunctions:\n  ours.add_ratio: { each: x, adds: {} }\n', 'functions', ['model.pkl']), /expected one of each, adds and gives, received each and adds/)
})
