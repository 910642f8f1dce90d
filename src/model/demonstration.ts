import type { Provenance } from './types.js'

/** Whether a model was trained on made-up data, as those that come with this package were: its dump says so. */
export function isDemonstration({ quality }: Provenance): boolean {
  return String(quality?.data ?? '').startsWith('synthetic')
}
