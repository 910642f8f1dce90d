import t from 'tap'
import { DumpError } from '../../src/dump/dump-error.js'
import type { ForestDump, TreeDump } from '../../src/dump/dump.js'
import { validateForest } from '../../src/dump/validate.js'
import { makeChain, makeForest, makeLeaf, makeRandom, makeStump, pickSeed, randomForest } from '../helpers/forests.js'

/** Nodes 0, 1, 4 split; 2, 3, 5, 6 are leaves. */
function makeTree(changes: Partial<TreeDump> = {}): TreeDump {
  return {
    childrenLeft: [1, 2, -1, -1, 5, -1, -1],
    childrenRight: [4, 3, -1, -1, 6, -1, -1],
    feature: [0, 1, -2, -2, 0, -2, -2],
    threshold: [0.5, 1.5, -2, -2, 2.5, -2, -2],
    value: [0, 1, [0, 0.25, 1, 0.75], 1],
    ...changes
  }
}

interface Broken {
  forest: ForestDump
  path: string
  problem: string
}

/** The second of two trees, changed. */
function broken(changes: Partial<TreeDump>, problem: string): Broken {
  return { forest: makeForest([makeTree(), makeTree(changes)]), path: 'model.trees[1]', problem }
}

const flags = (count: number): Array<0 | 1> => new Array<0 | 1>(count).fill(1)

const BROKEN: Record<string, Broken> = {
  'no class': {
    forest: makeForest([makeTree()], { nOutputs: 0 }),
    path: 'model.nOutputs', problem: 'expected an integer in 1..1000000, received 0'
  },
  'half a class': {
    forest: makeForest([makeTree()], { nOutputs: 1.5 }),
    path: 'model.nOutputs', problem: 'expected an integer in 1..1000000, received 1.5'
  },
  'no features': {
    forest: makeForest([makeTree()], { features: [] }),
    path: 'model.features', problem: 'expected at least one column, received none'
  },
  'no trees': { forest: makeForest([]), path: 'model.trees', problem: 'expected at least one tree, received none' },
  'no nodes': broken(
    { childrenLeft: [], childrenRight: [], feature: [], threshold: [], value: [] },
    'expected at least one node, received none'),
  'a short array': broken(
    { childrenRight: [4, 3, -1, -1, 6, -1] },
    'childrenRight: expected 7 entries, as many as childrenLeft has, received 6'),
  'a long array': broken(
    { feature: [0, 1, -2, -2, 0, -2, -2, -2] },
    'feature: expected 7 entries, as many as childrenLeft has, received 8'),
  'no thresholds': broken({ threshold: [] }, 'threshold: expected 7 entries, as many as childrenLeft has, received 0'),
  'weights of another tree': broken(
    { weightedNNodeSamples: [3, 2, 1] },
    'weightedNNodeSamples: expected 7 entries, as many as childrenLeft has, received 3'),
  'too few missing flags': {
    forest: makeForest([makeTree({ missingGoToLeft: flags(6) })]),
    path: 'model.trees[0]', problem: 'missingGoToLeft: expected 7 entries, as many as childrenLeft has, received 6'
  },
  'missing flags in the second tree alone': broken(
    { missingGoToLeft: flags(7) },
    'missingGoToLeft: expected in every tree or in none, received one here and none in tree 0'),
  'missing flags in the first tree alone': {
    forest: makeForest([makeTree({ missingGoToLeft: flags(7) }), makeTree()]),
    path: 'model.trees[1]',
    problem: 'missingGoToLeft: expected in every tree or in none, received none here and one in tree 0'
  },
  'a missing flag of 2': {
    forest: makeForest([makeTree({ missingGoToLeft: [0, 1, 0, 0, 2 as 1, 0, 0] })]),
    path: 'model.trees[0]', problem: 'node 4: missingGoToLeft: expected 0 or 1, received 2'
  },
  'a child beyond the last node': broken(
    { childrenRight: [4, 3, -1, -1, 7, -1, -1] },
    'node 4: childrenRight: expected the index of another node, 1..6, or -1, received 7'),
  'a negative child': broken(
    { childrenLeft: [1, -2, -1, -1, 5, -1, -1] },
    'node 1: childrenLeft: expected the index of another node, 1..6, or -1, received -2'),
  'a child between two nodes': broken(
    { childrenLeft: [1, 2.5, -1, -1, 5, -1, -1] },
    'node 1: childrenLeft: expected the index of another node, 1..6, or -1, received 2.5'),
  'the root as a child': broken(
    { childrenLeft: [1, 2, -1, -1, 0, -1, -1] },
    'node 4: childrenLeft: expected the index of another node, 1..6, or -1, received 0'),
  'a child in quotes': broken(
    { childrenLeft: [1, '2', -1, -1, 5, -1, -1] as number[] },
    'node 1: childrenLeft: expected the index of another node, 1..6, or -1, received "2"'),
  'a child that cannot be made a number of': broken(
    { childrenLeft: [1, { toString: 1, valueOf: 1 }, -1, -1, 5, -1, -1] as number[] },
    'node 1: childrenLeft: expected the index of another node, 1..6, or -1, received {"toString":1,"valueOf":1}'),
  'a left child alone': broken(
    { childrenRight: [4, -1, -1, -1, 6, -1, -1] },
    'node 1: expected two children, or -1 for both, received 2 and -1'),
  'a right child alone': broken(
    { childrenLeft: [1, 2, -1, -1, -1, -1, -1] },
    'node 4: expected two children, or -1 for both, received -1 and 6'),
  'a feature too many': broken(
    { feature: [0, 2, -2, -2, 0, -2, -2] },
    'node 1: feature: expected an integer in 0..1, received 2'),
  'a negative feature': broken(
    { feature: [0, 1, -2, -2, -2, -2, -2] },
    'node 4: feature: expected an integer in 0..1, received -2'),
  'a feature in quotes': broken(
    { feature: [0, '1', -2, -2, 0, -2, -2] as number[] },
    'node 1: feature: expected an integer in 0..1, received "1"'),
  'half a feature': broken(
    { feature: [0.5, 1, -2, -2, 0, -2, -2] },
    'node 0: feature: expected an integer in 0..1, received 0.5'),
  'a threshold that is not a number': broken(
    { threshold: [0.5, NaN, -2, -2, 2.5, -2, -2] },
    'node 1: threshold: expected a number, received NaN'),
  'a threshold that is missing': broken(
    { threshold: [0.5, 1.5, null as never, -2, 2.5, -2, -2] }, 'node 2: threshold: expected a number, received null'),
  'a threshold that is text': broken(
    { threshold: [0.5, '1.5' as never, -2, -2, 2.5, -2, -2] }, 'node 1: threshold: expected a number, received "1.5"'),
  'a child that is text': broken(
    { childrenLeft: [1, '2' as never, -1, -1, 5, -1, -1] },
    'node 1: childrenLeft: expected the index of another node, 1..6, or -1, received "2"'),
  'a leaf with the feature null': broken(
    { feature: [0, 1, null as never, -2, 0, -2, -2] },
    'node 2: feature: expected an integer, -2 at a leaf, received null'),
  'a negative weight': broken(
    { weightedNNodeSamples: [7, 4, 2, -2, 3, 2, 1] },
    'node 3: weightedNNodeSamples: expected a number of 0 or more, received -2'),
  'a weight that is text': broken(
    { weightedNNodeSamples: ['7' as never, 4, 2, 2, 3, 2, 1] },
    'node 0: weightedNNodeSamples: expected a number of 0 or more, received "7"'),
  'a leaf of text': broken(
    { value: [0, 1, 'ab' as never, 1] },
    'node 5: value[2]: expected a number or pairs of output and value, received "ab"'),
  'a leaf of nothing': broken(
    { value: [0, null as never, 0, 1] },
    'node 3: value[1]: expected a number or pairs of output and value, received null'),
  'a probability that is text': broken(
    { value: [0, 1, [0, '0.5' as never, 1, 0.5], 1] },
    'node 5: value[2]: output 0: expected a probability in 0..1, received "0.5"'),
  'a node with two parents': broken(
    { childrenRight: [4, 3, -1, -1, 3, -1, -1] },
    'node 3: expected one parent, received two: nodes 1 and 4'),
  'a node that is both children': broken(
    { childrenRight: [4, 2, -1, -1, 6, -1, -1] },
    'node 2: expected one parent, received two: nodes 1 and 1'),
  'nodes that nothing leads to': broken(
    { childrenLeft: [1, 2, -1, -1, -1, -1, -1], childrenRight: [4, 3, -1, -1, -1, -1, -1], value: [0, 1, 0, 1, 0] },
    'node 5: expected a parent, received none: no row can reach it'),
  'a node below itself': broken(
    { childrenLeft: [2, 3, -1, -1, 4, -1, -1], childrenRight: [5, 1, -1, -1, 6, -1, -1] },
    'node 1: expected a path from the root, received a cycle: it is below itself'),
  'a cycle of two apart from the root': broken(
    { childrenLeft: [2, 3, -1, -1, 1, -1, -1], childrenRight: [5, 4, -1, -1, 6, -1, -1] },
    'node 4: expected a path from the root, received a cycle: it is below itself'),
  'a root that is its own child': {
    forest: makeForest([makeStump({ childrenLeft: [0, -1, -1] })]),
    path: 'model.trees[0]',
    problem: 'node 0: childrenLeft: expected the index of another node, 1..2, or -1, received 0'
  },
  'a value too few': broken({ value: [0, 1, 0] }, 'value: expected 4 entries, one per leaf, received 3'),
  'a value for every node': broken(
    { value: [0, 0, 0, 0, 0, 0, 0] }, 'value: expected 4 entries, one per leaf, received 7'),
  'a class too many': broken({ value: [0, 1, 2, 1] }, 'node 5: value[2]: expected an output in 0..1, received 2'),
  'a negative class': broken({ value: [-1, 1, 0, 1] }, 'node 2: value[0]: expected an output in 0..1, received -1'),
  'a probability for a class': broken(
    { value: [0, 0.75, 0, 1] }, 'node 3: value[1]: expected an output in 0..1, received 0.75'),
  'a leaf as wide as the classes': {
    forest: makeForest([makeLeaf([0.2, 0.3, 0.5])], { nOutputs: 3 }),
    path: 'model.trees[0]',
    problem: 'node 0: value[0]: expected pairs of output and value, received 3 numbers'
  },
  'a pair with a class too many': broken(
    { value: [0, 1, 1, [0, 0.5, 2, 0.5]] }, 'node 6: value[3]: expected an output in 0..1, received 2'),
  'a pair with no class': broken(
    { value: [0, 1, 1, [0.5, 0.5]] }, 'node 6: value[3]: expected an output in 0..1, received 0.5'),
  'a class twice': broken(
    { value: [0, 1, [1, 0.5, 1, 0.5], 1] }, 'node 5: value[2]: expected ascending outputs, received 1 after 1'),
  'classes in the wrong order': broken(
    { value: [0, 1, [1, 0.5, 0, 0.5], 1] }, 'node 5: value[2]: expected ascending outputs, received 0 after 1'),
  'a negative probability': broken(
    { value: [0, 1, [0, -0.25], 1] }, 'node 5: value[2]: output 0: expected a probability in 0..1, received -0.25'),
  'counts for probabilities': broken(
    { value: [0, 1, [0, 3, 1, 9], 1] }, 'node 5: value[2]: output 0: expected a probability in 0..1, received 3'),
  'a probability that is not a number': broken(
    { value: [0, 1, [0, 0.5, 1, NaN], 1] }, 'node 5: value[2]: output 1: expected a probability in 0..1, received NaN'),
  'an infinite probability': broken(
    { value: [0, 1, [1, Infinity], 1] }, 'node 5: value[2]: output 1: expected a probability in 0..1, received Infinity')
}

t.test('broken forests are refused, each with its own words', async t => {
  for (const [name, { forest, path, problem }] of Object.entries(BROKEN)) {
    let error: unknown
    try {
      validateForest(forest)
    } catch (caught) {
      error = caught
    }
    if (!(error instanceof DumpError)) {
      t.fail(`${name}: expected a DumpError, received ${String(error)}`)
      continue
    }
    t.equal(error.path, path, name)
    t.equal(error.problem, `${problem}: the dump is damaged, convert the model again`, name)
  }
})

t.test('sound forests pass', async t => {
  const sound: Record<string, ForestDump> = {
    'the tree that the broken ones are made from': makeForest([makeTree()]),
    'missing flags everywhere': makeForest([makeTree({ missingGoToLeft: flags(7) })]),
    'weights': makeForest([makeTree({ weightedNNodeSamples: [7, 4, 2, 2, 3, 2, 1] })]),
    'infinite thresholds': makeForest([makeStump({ threshold: ['Infinity', -2, -2] })]),
    'children before their parents': makeForest([makeTree({
      childrenLeft: [6, -1, -1, 1, -1, -1, 4], childrenRight: [3, -1, -1, 2, -1, -1, 5],
      feature: [0, -2, -2, 1, -2, -2, 0], threshold: [1, -2, -2, 1, -2, -2, 1]
    })]),
    'a leaf alone': makeForest([makeLeaf(1)]),
    'a leaf without any probability': makeForest([makeLeaf([])]),
    'a probability that rounding carried above 1': makeForest([makeLeaf([0, 1 + 2 ** -52])]),
    'a chain': makeForest([makeChain(50_000, 2)])
  }
  for (const [name, forest] of Object.entries(sound)) t.doesNotThrow(() => validateForest(forest), name)
  const seed = pickSeed()
  t.comment(`seed ${seed}`)
  const random = makeRandom(seed)
  for (let i = 0; i < 100; i++) validateForest(randomForest(random))
})

t.test('a cycle of 50,000 nodes is found without recursion', async t => {
  const tree = makeChain(50_000, 2)
  // Node 2 and what is below it leave the root, and its last split leads back to it.
  tree.childrenRight[0] = tree.childrenRight.length - 1
  tree.childrenRight[tree.childrenRight.length - 3] = 2
  t.throws(() => validateForest(makeForest([tree])), {
    path: 'model.trees[0]', message: /received a cycle/
  })
})
