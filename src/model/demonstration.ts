import type { Model } from './types.js'

/** Whether a model was trained on made-up data, as those that come with this package were: its dump says so. */
export function isDemonstration({ provenance: { quality } }: Pick<Model, 'provenance'>): boolean {
  return String(quality?.data ?? '').startsWith('synthetic')
}
