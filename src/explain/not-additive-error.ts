/** A model that has no exact explanation of its own, and why. */
export class NotAdditiveError extends Error {
  override readonly name = 'NotAdditiveError'

  constructor(readonly reason: string) {
    super(`${reason}; compare the row with a reference row instead, which every model allows`)
  }
}
