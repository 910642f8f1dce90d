/**
 * The files of deploy/ against what others publish for them, where DEPLOY_TOOLS names a folder that
 * deploy/check/install.sh has filled: the schemas of Kubernetes, KServe and compose, kubectl's kustomize, and a linter
 * of Dockerfiles.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { readVariable } from '../helpers/environment.js'
import { DEPLOY, parseYaml, type Manifest } from '../helpers/manifests.js'
import { replaceIn } from '../helpers/nginx.js'

const KUSTOMIZATIONS = ['kubernetes/base', 'kubernetes/example', 'kubernetes/score-job', 'kserve']

/** Mistakes that are to be found: the kustomization, its file, what it says, and what it says with the mistake. */
const MISTAKES: Array<[string, string, string, string]> = [
  ['kubernetes/base', 'deployment.yaml', 'failureThreshold: 20', 'failureThresold: 20'],
  ['kubernetes/base', 'deployment.yaml', 'periodSeconds: 10', "periodSeconds: '10'"],
  ['kubernetes/base', 'deployment.yaml', "value: '1'", 'value: 1'],
  ['kubernetes/base', 'deployment.yaml', 'apiVersion: apps/v1', 'apiVersion: apps/v2'],
  ['kubernetes/base', 'horizontal-pod-autoscaler.yaml', 'averageUtilization: 60', 'averageUtilization: 60%'],
  ['kubernetes/base', 'horizontal-pod-autoscaler.yaml', '  maxReplicas: 20\n', ''],
  ['kubernetes/base', 'network-policy.yaml', 'port: http', 'ports: http'],
  ['kubernetes/base', 'kustomization.yaml', 'service.yaml', 'services.yaml'],
  ['kubernetes/score-job', 'job.yaml', 'values: [3]', "values: ['3']"],
  ['kubernetes/score-job', 'job.yaml', 'backoffLimitPerIndex: 2', 'backofLimitPerIndex: 2'],
  ['kserve', 'serving-runtime.yaml', 'protocolVersions:', 'protocolVersion:'],
  ['kserve', 'serving-runtime.yaml', 'autoSelect: true', 'autoSelect: yes please'],
  ['kserve', 'serving-runtime.yaml', 'containerPort: 8080', "containerPort: '8080'"],
  ['kserve', 'serving-runtime.yaml', 'readOnlyRootFilesystem: true', 'readOnlyRootFileSystem: true'],
  ['kserve', 'inference-service.yaml', 'storageUri:', 'storageURI:'],
  ['kserve', 'inference-service.yaml', "minReplicas: 2", "minReplicas: two"]
]

const tools = readVariable('DEPLOY_TOOLS')
if (tools === undefined) t.pass('published schemas', { skip: 'DEPLOY_TOOLS names no folder with deploy/check/install.sh done' })
else {
  t.setTimeout(300_000)
  const scratch = mkdtempSync(join(tmpdir(), 'deploy-'))
  t.teardown(() => rmSync(scratch, { recursive: true }))
  const tool = (name: string, args: string[]) => {
    const { status, stdout, stderr } = spawnSync(join(tools, 'bin', name), args, { encoding: 'utf8' })
    return { status, stdout, output: stdout + stderr }
  }
  /** Puts a kustomization together and compares what comes out. */
  const check = (folder: string) => {
    const built = tool('kubectl', ['kustomize', folder])
    if (built.status !== 0) return built
    const file = join(scratch, 'built.yaml')
    writeFileSync(file, built.stdout)
    return { ...tool('python', [join(DEPLOY, 'check', 'validate.py'), file]), stdout: built.stdout }
  }

  t.test('manifests', t => {
    for (const folder of KUSTOMIZATIONS) {
      const { status, output } = check(join(DEPLOY, folder))
      t.equal(status, 0, `${folder}:\n${output}`)
    }
    t.end()
  })

  t.test('mistakes in them are found', t => {
    for (const [folder, file, from, to] of MISTAKES) {
      const copy = join(scratch, 'copy')
      cpSync(DEPLOY, copy, { recursive: true })
      const path = join(copy, folder, file)
      writeFileSync(path, replaceIn(readFileSync(path, 'utf8'), from, to))
      t.equal(check(join(copy, folder)).status, 1, `${folder}/${file}: ${to || `no ${from.trim()}`}`)
      rmSync(copy, { recursive: true })
    }
    t.end()
  })

  t.test('the example is the base with its changes', t => {
    const built = parseYaml(check(join(DEPLOY, 'kubernetes', 'example')).stdout) as Manifest[]
    const deployment = built.find(({ kind }) => kind === 'Deployment')
    const template = deployment?.spec.template
    t.match(deployment?.metadata, { name: 'recall-ml', namespace: 'recall-ml' })
    t.match(template?.metadata?.annotations, { 'prometheus.io/scrape': 'true' })
    const image = /^registry\.example\.com\/recall-ml:/
    t.match(template?.spec, {
      initContainers: [{ name: 'convert', image }],
      containers: [{ name: 'recall-ml', image, livenessProbe: Object, volumeMounts: [{ mountPath: '/models' }] }],
      volumes: [{ name: 'files' }, { name: 'models' }]
    })
    const names = template?.spec.containers[0].env?.map(({ name }) => name).sort()
    t.strictSame(names, ['MODEL_CONTROL', 'MODEL_PATH', 'PORT', 'SHUTDOWN_TIMEOUT_MS', 'WORKERS'])
    t.match(built.find(({ kind }) => kind === 'HorizontalPodAutoscaler')?.spec, { maxReplicas: 60, metrics: Array })
    t.end()
  })

  t.test('compose.yaml', t => {
    const args = ['--builtin-schema', 'vendor.compose-spec']
    const good = tool('check-jsonschema', [...args, join(DEPLOY, 'compose.yaml')])
    t.equal(good.status, 0, good.output)
    const bad = join(scratch, 'compose.yaml')
    for (const [from, to] of [['read_only: true', 'readonly: true'], ['restart: unless-stopped', 'restart: []']]) {
      writeFileSync(bad, replaceIn(readFileSync(join(DEPLOY, 'compose.yaml'), 'utf8'), from, to))
      t.equal(tool('check-jsonschema', [...args, bad]).status, 1, to)
    }
    t.end()
  })

  t.test('Dockerfile', t => {
    const good = tool('hadolint', [join(DEPLOY, 'Dockerfile')])
    t.equal(good.status, 0, good.output)
    const bad = join(scratch, 'Dockerfile')
    for (const [from, to] of [
      ['node:24-alpine', 'node'],
      ['CMD ["node", "dist/src/server.js"]', 'CMD node dist/src/server.js'],
      ['COPY --from=build', 'COPY --from=builder']
    ]) {
      writeFileSync(bad, replaceIn(readFileSync(join(DEPLOY, 'Dockerfile'), 'utf8'), from, to))
      t.equal(tool('hadolint', [bad]).status, 1, to)
    }
    t.end()
  })
}
