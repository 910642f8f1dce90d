/** The process: settings, workers, the listening socket and signals. The only place that exits. */
import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { buildApp, checkOwnPaths, MODEL_NAMES } from './app.js'
import { ConfigError, listVariables, readConfig, type Config } from './config.js'
import { handOver, handOverToWorkers, hearPrimary } from './cluster/connections.js'
import { askPrimary, collectForWorkers, shareMetrics } from './cluster/metrics.js'
import { joinControl, keepControl } from './cluster/models.js'
import { openLog } from './http/observability/log.js'
import { findMistakenSettings } from './mistaken-settings.js'
import { loadEntries } from './model/registry.js'
import type { ModelEntry } from './model/types.js'

/** Exit status of a worker that could not start for a reason that a restart does not mend. */
const HOPELESS = 78

/** A worker that dies this many times in a row before it serves will not do better the next time. */
const MAX_FAILED_STARTS = 5

export type LoadFolder = (config: Config) => Promise<readonly ModelEntry[]>

const loadFromFolder: LoadFolder = config => loadEntries(config.modelPath, MODEL_NAMES)

/**
 * Runs the service until it is told to stop, then exits: 0 after an orderly stop, 1 otherwise. With `WORKERS` above 1
 * this process only keeps the workers alive, which run the same program.
 */
export async function serve(load: LoadFolder = loadFromFolder): Promise<void> {
  const config = readConfigOrExit()
  if (cluster.isPrimary && config.workers > 1) runPrimary(config)
  else await runWorker(config, load)
}

function readConfigOrExit(): Config {
  try {
    const config = readConfig()
    checkOwnPaths(config)
    return config
  } catch (error) {
    if (error instanceof ConfigError) return fail(error.message)
    throw error
  }
}

/** One line for people, and out. */
function fail(message: string, status = 1): never {
  report(message)
  process.exit(status)
}

function report(message: string): void {
  process.stderr.write(`recall-ml: ${message}\n`)
}

async function runWorker(config: Config, load: LoadFolder): Promise<void> {
  if (cluster.isWorker) hearPrimary()
  const app = await buildApp(config, {
    entries: await load(config),
    logStream: openLog(),
    ...(cluster.isWorker && { metrics: { share: shareMetrics, collect: askPrimary }, control: await joinControl() })
  })

  // Here only: readiness shows outsiders no folder.
  app.log.info({ folder: config.modelPath }, 'MODEL_PATH')
  for (const [variable, setting] of findMistakenSettings(listVariables())) {
    app.log.warn({ variable, setting }, `${variable} is not a setting and has no effect: is ${setting} meant?`)
  }

  const grace = closeWithGrace(
    // The signals are handled below: npm and systemd send them twice, which is no reason to be rude.
    { delay: stopMs(config), logger: false, skip: ['SIGINT', 'SIGTERM'] },
    async ({ err }: { err?: Error }) => {
      if (err === undefined) await app.drain(cluster.isWorker ? handOver : undefined)
      else app.log.fatal({ err }, 'uncaught error')
      await app.close()
    }
  )
  onStop(reason => {
    app.log.info({ reason }, 'stopping')
    grace.close()
  })

  try {
    await app.listen({ host: config.host, port: config.port })
  } catch (error) {
    grace.uninstall()
    fail(describeListenError(error as NodeJS.ErrnoException, config), cluster.isWorker ? HOPELESS : 1)
  }
}

/** Longest time from the word to stop to the end. */
function stopMs({ shutdownDelayMs, shutdownTimeoutMs }: Config): number {
  return shutdownDelayMs + shutdownTimeoutMs
}

/** Calls back once, however often and by whomever this process is told to stop. */
function onStop(stop: (reason: string) => void): void {
  let stopped = false
  const stopOnce = (reason: string) => {
    if (stopped) return
    stopped = true
    stop(reason)
  }
  process.on('SIGTERM', stopOnce)
  // A terminal sends SIGINT to the workers too; they wait for the word of the primary.
  process.on('SIGINT', signal => {
    if (!cluster.isWorker) stopOnce(signal)
  })
  if (!cluster.isWorker) return
  process.on('disconnect', () => stopOnce('primary is gone'))
}

function describeListenError(error: NodeJS.ErrnoException, { host, port }: Config): string {
  const where = `port ${port} of ${host}`
  switch (error.code) {
    case 'EADDRINUSE':
      return `${where} is in use. Stop what uses it (lsof -i :${port} shows what does), or set PORT to another port`
    case 'EACCES':
      return `${where} may not be used by this user. Set PORT to a port from 1024 up`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine. Set HOST to one of them, or to 0.0.0.0 for all`
    default:
      return `cannot listen on ${where}: ${error.message}`
  }
}

/** Starts the workers, replaces those that die, and stops them all when this process is told to stop. */
function runPrimary(config: Config): void {
  let stopping = false
  let failedStarts = 0
  const served = new Set<Worker>()

  cluster.on('listening', worker => {
    served.add(worker)
    failedStarts = 0
  })
  cluster.on('exit', (worker, status, signal) => {
    const pid = worker.process.pid
    if (stopping) return
    if (status === HOPELESS) return stopAll(1)
    if (!served.delete(worker)) failedStarts++
    const how = signal ?? `status ${status}`
    if (failedStarts >= MAX_FAILED_STARTS) {
      report(`worker ${pid} ended (${how}): ${failedStarts} in a row did not get to serve, giving up`)
      return stopAll(1)
    }
    // Doubles with each start that failed, so that a machine in trouble is left in peace.
    const delay = 100 * 2 ** failedStarts
    report(`worker ${pid} ended (${how}), starting another in ${delay} ms`)
    setTimeout(() => {
      if (!stopping) cluster.fork()
    }, delay)
  })
  collectForWorkers()
  handOverToWorkers()
  keepControl()
  onStop(() => stopAll(0))
  startWorkers(config.workers, () => stopping).catch((error: unknown) => fail(String(error)))

  function stopAll(status: number): void {
    if (stopping) return
    stopping = true
    const workers = Object.values(cluster.workers ?? {}).filter(worker => worker !== undefined)
    // A signal, not a message: one that still starts has nobody to hear a message, and ends.
    for (const worker of workers) worker.process.kill('SIGTERM')
    const gone = Promise.all(workers.map(worker => worker.isDead() ? Promise.resolve() : once(worker, 'exit')))
    const late = sleep(stopMs(config) + 1000, 'late')
    void Promise.race([gone, late]).then(outcome => {
      for (const worker of workers) if (!worker.isDead()) worker.process.kill('SIGKILL')
      process.exit(outcome === 'late' ? 1 : status)
    })
  }
}

/** The first worker alone: when it cannot listen, it says so once. */
async function startWorkers(count: number, isStopping: () => boolean): Promise<void> {
  cluster.fork()
  await new Promise(resolve => cluster.once('listening', resolve))
  for (let i = 1; i < count && !isStopping(); i++) cluster.fork()
}
