import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { PageSettings } from '../../src/http/page/page-settings.js'
import type { Format } from '../logic/format.js'
import type { Models } from '../models/open-model.js'
import type { Subject, SubjectModel } from '../logic/subject.js'
import type { WorkerClient } from '../models/worker-client.js'
import type { Texts } from '../texts/en.js'

/** What every part of the page has. */
export interface PageContext {
  readonly texts: Texts
  readonly format: Format
  readonly settings: PageSettings
  readonly models: Models
  readonly worker: WorkerClient
  /** Another worker, for what takes minutes. */
  readonly openWorker: () => WorkerClient
  /** Address of the page, which the service's paths are relative to. */
  readonly base: string
}

const Context = createContext<PageContext | undefined>(undefined)

export const PageProvider = Context.Provider

export function usePage(): PageContext {
  const page = useContext(Context)
  if (page === undefined) throw new Error('expected a PageProvider around this part')
  return page
}

/** What a model of a subject is called. */
export function titleOf({ risk, offers }: Subject, { name, info }: SubjectModel, texts: Texts): string {
  if (name === risk?.name) return texts.risk
  return name === offers?.name ? texts.offers : info.description ?? name
}
