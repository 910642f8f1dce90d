/** Which models clients of the Open Inference Protocol have unloaded. All else in the service goes on with them. */

/** What the processes that share a port agree on. */
export interface ModelControl {
  isUnloaded(name: string): boolean
  /**
   * Resolves when every process that serves knows it.
   * @throws Error when they cannot be told
   */
  setUnloaded(name: string, unloaded: boolean): Promise<void>
}

/** For a process that has the port for itself. */
export function controlAlone(): ModelControl {
  const unloaded = new Set<string>()
  return {
    isUnloaded: name => unloaded.has(name),
    setUnloaded: (name, isUnloaded) => {
      if (isUnloaded) unloaded.add(name)
      else unloaded.delete(name)
      return Promise.resolve()
    }
  }
}
