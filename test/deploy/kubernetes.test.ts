/** The manifests fit each other and the service: names, ports, paths, settings, times. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import t from 'tap'
import { PACKAGE_ROOT, PACKAGE_VERSION, readConfig, type Config } from '../../src/config.js'
import { build } from '../helpers/app.js'
import { instructionOf, parseDockerfile } from '../helpers/dockerfile.js'
import {
  DEPLOY, listYaml, readManifests, type Container, type Labels, type Manifest, type PodSpec
} from '../helpers/manifests.js'

const files = ['kubernetes', 'kserve'].flatMap(listYaml)
const manifests = files.flatMap(readManifests)
const SETTINGS = Object.keys(parseEnv(readFileSync(join(PACKAGE_ROOT, '.env.example'), 'utf8')))
const image = parseDockerfile(readFileSync(join(DEPLOY, 'Dockerfile'), 'utf8')).at(-1)
const IMAGE_USER = Number(image && instructionOf(image, 'USER').split(':')[0])

/** Manifests that are made by changing others are not whole. */
const patches = manifests.flatMap(({ file, patches = [] }) =>
  patches.flatMap(({ path }) => path === undefined ? [] : [join(dirname(file), path)]))
const isPatch = ({ file }: Manifest) => patches.includes(file)

function podOf({ spec }: Manifest): PodSpec | undefined {
  return spec?.template?.spec ?? (spec?.containers && { containers: spec.containers })
}

const pods = manifests.flatMap(manifest => {
  const pod = podOf(manifest)
  return pod === undefined ? [] : [{ manifest, pod, containers: [...pod.containers, ...pod.initContainers ?? []] }]
})

function only(kind: string): Manifest {
  const found = manifests.filter(manifest => manifest.kind === kind && !isPatch(manifest))
  if (found.length !== 1) throw new Error(`expected one ${kind}, found ${found.length}`)
  return found[0]
}

function settingsOf({ env = [] }: Container): Config {
  return readConfig(Object.fromEntries(env.map(({ name, value }) => [name, value])), '/nonexistent/.env')
}

/** Whether labels have all that a selector asks for. An empty selector chooses everything. */
function selects(selector: Labels | undefined, labels: Labels | undefined): boolean {
  const wanted = Object.entries(selector ?? {})
  return wanted.length > 0 && wanted.every(([key, value]) => labels?.[key] === value)
}

t.test('every file belongs to a kustomization, and what a kustomization names exists', t => {
  const named = new Set<string>()
  for (const { file, kind, resources = [], components = [], patches = [] } of manifests) {
    if (kind !== 'Kustomization' && kind !== 'Component') continue
    t.equal(basename(file), 'kustomization.yaml')
    const paths = [...resources, ...components, ...patches.flatMap(({ path }) => path ?? [])]
    for (const path of paths) {
      const target = join(dirname(file), path)
      const isFile = path.endsWith('.yaml')
      t.ok(existsSync(join(DEPLOY, target, isFile ? '' : 'kustomization.yaml')), `${file}: ${path}`)
      if (isFile) named.add(target)
    }
  }
  t.strictSame(files.filter(file => !file.endsWith('kustomization.yaml') && !named.has(file)), [], 'none is left out')
  t.end()
})

t.test('settings are those of the service, and it takes their values', async t => {
  let settings = 0
  for (const { manifest, containers } of pods) {
    for (const container of containers) {
      for (const { name, value } of container.env ?? []) {
        settings++
        t.ok(SETTINGS.includes(name), `${manifest.file}: ${name}`)
        t.type(value, 'string', 'Kubernetes takes no numbers here')
      }
      settingsOf(container)
    }
  }
  t.ok(settings >= 6)
})

t.test('probes ask paths that are there, at the port where the service listens', async t => {
  const app = await build(t)
  let probes = 0
  for (const { manifest, pod } of pods) {
    for (const container of pod.containers) {
      const { startupProbe, livenessProbe, readinessProbe } = container
      if (container.ports === undefined) continue
      t.ok(startupProbe && livenessProbe && readinessProbe, `${manifest.file}: all three`)
      t.equal(readinessProbe?.httpGet.path, '/health/ready')
      t.equal(settingsOf(container).modelControl, 'none', `${manifest.file}: several pods, and no word between them`)
      t.strictSame(container.ports.map(({ containerPort }) => containerPort), [settingsOf(container).port])
      for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
        if (probe === undefined) continue
        probes++
        const { path, port } = probe.httpGet
        t.equal((await app.inject(path)).statusCode, 200, `${manifest.file}: ${path}`)
        const fits = container.ports.some(({ name, containerPort }) => port === name || port === containerPort)
        t.ok(fits, `${manifest.file}: port ${port}`)
      }
    }
  }
  t.equal(probes, 6)
  for (const { spec, file } of manifests) {
    const annotations = spec?.template?.metadata?.annotations
    if (annotations === undefined) continue
    t.equal((await app.inject(annotations['prometheus.io/path'])).statusCode, 200, file)
    const [container] = podOf(only('Deployment'))?.containers ?? []
    t.equal(Number(annotations['prometheus.io/port']), settingsOf(container).port)
  }
})

t.test('selectors find the pods', t => {
  const deployment = only('Deployment')
  const labels = deployment.spec.template?.metadata?.labels
  t.ok(selects(deployment.spec.selector?.matchLabels, labels))
  t.ok(selects(only('Service').spec.selector, labels))
  t.ok(selects(only('PodDisruptionBudget').spec.selector?.matchLabels, labels))
  t.ok(selects(only('NetworkPolicy').spec.podSelector?.matchLabels, labels))
  const constraints = podOf(deployment)?.topologySpreadConstraints ?? []
  t.equal(constraints.length, 2)
  for (const { labelSelector } of constraints) t.ok(selects(labelSelector.matchLabels, labels))
  t.notOk(selects(only('Service').spec.selector, only('Job').spec.template?.metadata?.labels), 'and not those that score')
  t.notOk(selects(only('NetworkPolicy').spec.podSelector?.matchLabels, only('Job').spec.template?.metadata?.labels))

  const { apiVersion, kind, metadata: { name } } = deployment
  t.strictSame(only('HorizontalPodAutoscaler').spec.scaleTargetRef, { apiVersion, kind, name })
  t.equal(podOf(deployment)?.serviceAccountName, only('ServiceAccount').metadata.name)
  const ports = podOf(deployment)?.containers[0].ports?.map(port => port.name)
  t.strictSame(only('Service').spec.ports?.map(({ targetPort }) => targetPort), ports)
  t.strictSame(only('NetworkPolicy').spec.ingress?.flatMap(({ ports }) => ports.map(({ port }) => port)), ports)
  for (const patch of manifests.filter(isPatch)) {
    const changes = (other: Manifest) =>
      !isPatch(other) && other.kind === patch.kind && other.metadata.name === patch.metadata.name
    t.ok(manifests.some(changes), patch.file)
    const known = podOf(deployment)?.containers.map(container => container.name)
    for (const container of podOf(patch)?.containers ?? []) t.ok(known?.includes(container.name), patch.file)
  }
  t.end()
})

t.test('a pod that stops has time for it', t => {
  const { terminationGracePeriodSeconds = 0, containers: [container] } = podOf(only('Deployment')) ?? { containers: [] }
  const preStop = container.lifecycle?.preStop.sleep.seconds ?? 0
  t.ok(preStop > 0, 'requests still come for a while')
  const { shutdownDelayMs, shutdownTimeoutMs } = settingsOf(container)
  const seconds = preStop + (shutdownDelayMs + shutdownTimeoutMs) / 1000
  t.ok(terminationGracePeriodSeconds > seconds + 1, `${terminationGracePeriodSeconds} s, and it takes up to ${seconds}`)
  t.end()
})

t.test('containers are confined and limited', t => {
  for (const { manifest, pod, containers } of pods) {
    for (const container of containers) {
      // A patch of a container has only what it changes.
      if (container.image === undefined) continue
      const name = `${manifest.file}, ${container.name}`
      t.equal(container.image, `recall-ml:${PACKAGE_VERSION}`, name)
      const own = container.securityContext
      t.match(own, {
        allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] }
      }, name)
      const pods = isPatch(manifest) ? podOf(only('Deployment')) : pod
      const context = { ...pods?.securityContext, ...own }
      t.match(context, { runAsNonRoot: true, runAsUser: IMAGE_USER, seccompProfile: { type: 'RuntimeDefault' } }, name)
      t.match(container.resources, { requests: { cpu: String, memory: String }, limits: { memory: String } }, name)
    }
    const volumes = pod.volumes?.map(({ name }) => name) ?? []
    for (const { volumeMounts = [] } of containers) {
      for (const { name } of volumeMounts) t.ok(volumes.includes(name), `${manifest.file}: volume ${name}`)
    }
  }
  t.end()
})

t.test('the models are where the service looks for them', t => {
  const component = pods.find(({ manifest }) => isPatch(manifest) && podOf(manifest)?.initContainers !== undefined)
  const [service] = component?.pod.containers ?? []
  const [convert] = component?.pod.initContainers ?? []
  const { modelPath } = settingsOf(service)
  t.ok(service.volumeMounts?.some(({ mountPath }) => mountPath === modelPath))
  t.match(convert.command?.join(' '), `--out ${modelPath} `)
  t.ok(convert.volumeMounts?.some(({ mountPath }) => mountPath === modelPath))
  const runtime = only('ServingRuntime')
  t.equal(settingsOf(runtime.spec.containers?.[0] ?? { name: '' }).modelPath, '/mnt/models', 'where KServe puts them')
  const model = only('InferenceService').spec.predictor?.model
  t.equal(model?.runtime, runtime.metadata.name)
  t.match(runtime.spec.supportedModelFormats, [model?.modelFormat ?? {}])
  t.end()
})

t.test('the job has as many pods as shares', t => {
  const job = only('Job')
  const { args = [], volumeMounts = [] } = podOf(job)?.containers[0] ?? {}
  t.equal(args[args.indexOf('--shards') + 1], String(job.spec.completions))
  const [{ mountPath }] = volumeMounts
  for (const path of [args[args.indexOf('--out') + 1], args.at(-1) ?? '']) t.ok(path.startsWith(`${mountPath}/`), path)
  t.end()
})
