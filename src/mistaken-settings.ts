import { SETTING_NAMES } from './config.js'
import { findNearName } from './model/near-names.js'

/** Variables that are nearly settings, each with the setting that may be meant. */
export function findMistakenSettings(
  variables: readonly string[]
): Array<readonly [variable: string, setting: string]> {
  return variables.flatMap(variable => {
    const setting = findNearName(variable, SETTING_NAMES)
    return setting === undefined || SETTING_NAMES.includes(variable) ? [] : [[variable, setting] as const]
  })
}
