/** What the servers with a constant answer share: their arguments FOLDER PORT PROCESSES, and the cluster. */
import cluster from 'node:cluster'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A route: the service's own body and response schemas, and one of its answers. */
export interface Route {
  readonly path: string
  readonly body: object
  readonly response: object
  readonly answer: object
}

/** Calls `listen` in this process, or in as many as there should be. */
export async function serveConstants(listen: (routes: Route[], port: number) => unknown): Promise<void> {
  const [folder, port, processes] = process.argv.slice(2)
  if (cluster.isPrimary && Number(processes) > 1) {
    for (let i = 0; i < Number(processes); i++) cluster.fork()
    process.once('SIGTERM', () => process.exit(0))
    return
  }
  const routes = JSON.parse(readFileSync(join(folder, 'routes.json'), 'utf8')) as Route[]
  await listen(routes, Number(port))
}
