/** Names of columns in a message. */

/** Names that a message lists. */
const LISTED = 12

/** Characters of a name that a message shows. */
const SHOWN = 40

/** The first names, quoted and cut to a readable length. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, LISTED)
    .map(name => JSON.stringify(name.length > SHOWN ? `${name.slice(0, SHOWN)}...` : name)).join(', ')
  return names.length > LISTED ? `${shown} and ${names.length - LISTED} more` : shown
}
