/** A model that has no exact explanation, and why. */
export class NotAdditiveError extends Error {
  override readonly name = 'NotAdditiveError'
}
