/** A peer that serves: started on a free port, proven right, stopped. */
import { readFileSync } from 'node:fs'
import type { HttpPeer } from './cases.js'
import { provide } from './environments.js'
import { freePort, pin, startServer, type Server } from './processes.js'
import { post, ROUTES, until, type RouteName, type Served } from './served.js'
import type { Settings } from './types.js'

export interface RunningServer {
  readonly server: Server
  /** From the start of the process to its first right answer, to /predict. */
  readonly startMs: number
  readonly url: (route: RouteName) => string
  /** File of the requests that it takes. */
  readonly bodies: (route: RouteName) => string
  /** Asks one question. @returns whether the answer is right */
  readonly check: (route: RouteName) => Promise<boolean>
}

/**
 * @param cores that it may use, as taskset has it; undefined: all
 * @throws Error when it ends, or does not answer rightly within a minute
 */
export async function startPeer(
  peer: HttpPeer, served: Served, settings: Settings, processes: number, cores?: string
): Promise<RunningServer> {
  const program = await provide(peer.needs)
  const port = await freePort()
  const { pickles, dumps } = served.models
  const context = { root: settings.root, program, port, processes, pickles, dumps, served: served.folder }
  const url = (route: RouteName) => `http://127.0.0.1:${port}${peer.paths?.[route] ?? `/${route}`}`
  const bodies = (route: RouteName) => served.bodies[route][peer.answers === 'v2' ? 'v2' : 'json']
  const first = Object.fromEntries(ROUTES.map(route => [route, readFileSync(bodies(route), 'utf8').split('\n')[0]]))
  const server = startServer(pin(peer.command(context), cores))
  const check = async (route: RouteName) => {
    const response = await post(url(route), first[route])
    return response.ok && isRight(await response.json() as Answer, served.answers[route], peer.answers)
  }
  const failed = () => server.ended() ? server.complaints() : undefined
  try {
    await until(() => check('predict'), failed, { everyMs: 5 })
    const startMs = performance.now() - server.startedAt
    await until(() => check('recommend'), failed)
    return { server, startMs, url, bodies, check }
  } catch (error) {
    await server.stop()
    throw new Error(`${(error as Error).message} ${server.complaints().split('\n').at(-1)}`.trim(), { cause: error })
  }
}

type Answer = Record<string, unknown>

/** The numbers of an answer against the service's. */
function isRight(answer: Answer, expected: Answer, kind: HttpPeer['answers']): boolean {
  const key = 'confidence' in expected ? 'confidence' : 'risk_score'
  const wanted = expected[key] as number
  switch (kind) {
    case 'exact':
    case 'constant':
      return answer[key] === wanted && answer.offer_name === expected.offer_name
    case 'close':
      return Math.abs(answer[key] as number - wanted) < 1e-5 && answer.offer_name === expected.offer_name
    case 'v2': {
      const [{ data }] = answer.outputs as Array<{ data: number[] }>
      return key === 'confidence' ? Math.max(...data) === wanted : data[1] === wanted
    }
  }
}
