/** XGBoost's trees of several outputs: the same bits, and what is damaged is refused. */
import t from 'tap'
import { convert } from '../../tools/convert/convert.js'
import { replaceNonFinite } from '../../tools/convert/xgboost/non-finite.js'
import { readFixture } from '../helpers/fixtures.js'
import { checkAnswers, listAnswered } from '../helpers/library-answers.js'

const FOLDER = 'boosters/vector-leaves'

const names = listAnswered(FOLDER)
t.equal(names.length, 7)
for (const name of names) t.test(name, t => checkAnswers(t, FOLDER, name))

interface Tree {
  tree_param: Record<string, string>
  [list: string]: unknown
}

interface ModelFile {
  learner: { gradient_booster: { model: { trees: Tree[] } }, learner_model_param: Record<string, string> }
}

for (const [what, name, change, message] of [
  ['widths', 'three-3.4.json', ([, tree]) => { tree.tree_param.size_leaf_vector = '1' },
    /trees\[1\].tree_param.size_leaf_vector: expected "3", found "1"/],
  ['a width that is not the outputs', 'three-3.4.json', trees => {
    for (const tree of trees) tree.tree_param.size_leaf_vector = '2'
  }, /trees\[0\].tree_param.size_leaf_vector: expected "3", found "2"/],
  ['a leaf beyond', 'three-3.4.json', ([tree]) => { (tree.leaf_weights as number[]).length -= 3 },
    /trees\[0\].right_children: expected places among \d leaves, but node \d has \d/],
  ['no place', 'three-3.4.json', ([tree]) => { tree.right_children = (tree.right_children as number[]).map(() => -1) },
    /right_children/],
  ['a value', 'three-3.4.json', ([tree]) => { (tree.leaf_weights as unknown[])[1] = null },
    /trees\[0\].leaf_weights: expected finite leaf values, but node \d has NaN/],
  ['too few', 'stopped-2.1.json', ([tree]) => { (tree.base_weights as unknown[]).pop() }, /base_weights: expected a list of \d+/],
  ['an infinity', 'stopped-2.1.json', ([tree]) => { (tree.base_weights as unknown[])[10] = 1e39 },
    /base_weights: expected finite leaf values/]
] as ReadonlyArray<readonly [what: string, name: string, change: (trees: Tree[]) => void, message: RegExp]>) {
  t.test(`damaged: ${what}`, async t => {
    const text = Buffer.from(readFixture(`${FOLDER}/${name}`)).toString()
    const model = JSON.parse(replaceNonFinite(text)) as ModelFile
    const { trees } = model.learner.gradient_booster.model
    change(trees)
    await t.rejects(convert([{ name, bytes: Buffer.from(JSON.stringify(model)) }]), { name: 'ConvertError', message })
  })
}
