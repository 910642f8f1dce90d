/** The manifests of deploy/, read as data. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { PACKAGE_ROOT } from '../../src/config.js'

export const DEPLOY = join(PACKAGE_ROOT, 'deploy')

export type Labels = Record<string, string>

interface Probe {
  readonly httpGet: { readonly path: string, readonly port: string | number }
}

interface SecurityContext {
  readonly runAsNonRoot?: boolean
  readonly runAsUser?: number
  readonly allowPrivilegeEscalation?: boolean
  readonly readOnlyRootFilesystem?: boolean
  readonly capabilities?: { readonly drop: string[] }
  readonly seccompProfile?: { readonly type: string }
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly command?: string[]
  readonly args?: string[]
  readonly env?: Array<{ readonly name: string, readonly value: string }>
  readonly ports?: Array<{ readonly name?: string, readonly containerPort: number }>
  readonly startupProbe?: Probe
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } }
  readonly volumeMounts?: Array<{ readonly name: string, readonly mountPath: string }>
  readonly resources?: { readonly requests: object, readonly limits: object }
  readonly securityContext?: SecurityContext
}

export interface PodSpec {
  readonly serviceAccountName?: string
  readonly terminationGracePeriodSeconds?: number
  readonly containers: Container[]
  readonly initContainers?: Container[]
  readonly securityContext?: SecurityContext
  readonly topologySpreadConstraints?: Array<{ readonly labelSelector: { readonly matchLabels: Labels } }>
  readonly volumes?: Array<{ readonly name: string }>
}

/** What the manifests have of each kind, as far as it is looked at. */
export interface Manifest {
  readonly file: string
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string, readonly labels?: Labels }
  readonly spec: {
    readonly template?: {
      readonly metadata?: { readonly labels?: Labels, readonly annotations?: Labels }
      readonly spec: PodSpec
    }
    readonly selector?: Labels & { readonly matchLabels?: Labels }
    readonly podSelector?: { readonly matchLabels: Labels }
    readonly scaleTargetRef?: { readonly apiVersion: string, readonly kind: string, readonly name: string }
    readonly ports?: Array<{ readonly port: number, readonly targetPort: string }>
    readonly ingress?: Array<{ readonly ports: Array<{ readonly port: string }> }>
    readonly completions?: number
    readonly containers?: Container[]
    readonly predictor?: { readonly model: { readonly runtime: string, readonly modelFormat: object } }
    readonly supportedModelFormats?: object[]
  }
  readonly resources?: string[]
  readonly components?: string[]
  readonly patches?: Array<{ readonly path?: string, readonly patch?: string }>
}

/** YAML documents of a text. @throws Error naming the line when it is none, or says a key twice */
export function parseYaml(text: string): unknown[] {
  const documents = parseAllDocuments(text)
  if (!Array.isArray(documents)) return []
  return documents.map(document => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS() as unknown
  })
}

/** Files below a folder of deploy/, relative to deploy/. */
export function listYaml(folder: string): string[] {
  return readdirSync(join(DEPLOY, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.yaml'))
    .map(file => join(folder, file))
    .sort()
}

export function readManifests(file: string): Manifest[] {
  return parseYaml(readFileSync(join(DEPLOY, file), 'utf8')).map(document => ({ ...document as Manifest, file }))
}
