/** The service as a program runs it: from its bundle, which starts sooner, where the build has made one. */
import { findBundle } from './find-bundle.js'
import { loadBundle } from './load-bundle.js'
import type * as service from './serve.js'

const bundle = findBundle('service.cjs')
const { serve: run } = bundle === undefined ? await import('./serve.js') : loadBundle(bundle).exports as typeof service

/** See `serve.ts`. */
export const serve = run
