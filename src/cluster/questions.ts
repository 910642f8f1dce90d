/** Questions to other processes that wait for their answers. */
export class Questions<Answer> {
  private lastId = 0
  private readonly waiting = new Map<number, (answer: Answer | undefined) => void>()

  /** @returns undefined when no answer came in time */
  async ask(send: (id: number) => void, timeoutMs: number): Promise<Answer | undefined> {
    const id = ++this.lastId
    return new Promise(resolve => {
      const timer = setTimeout(() => this.settle(id, undefined), timeoutMs)
      this.waiting.set(id, answer => {
        clearTimeout(timer)
        resolve(answer)
      })
      send(id)
    })
  }

  settle(id: number, answer: Answer | undefined): void {
    this.waiting.get(id)?.(answer)
    this.waiting.delete(id)
  }
}
