/** The table of what is measured: who evaluates forests, who serves them. Each runs in a process of its own. */
import { join } from 'node:path'
import type { Need } from './environments.js'
import type { Form } from './forests.js'
import { BENCH, COMPILED } from './paths.js'
import type { Command } from './processes.js'

/** Who evaluates a forest. */
export interface Evaluator {
  readonly name: string
  readonly title: string
  readonly needs: Need
  readonly form: Form
  /** Program in peers/; of a C program its name in reference/. */
  readonly program: string
  /** Threads; 0: as many as it sees fit. */
  readonly threads: number
  /** Rows in a call. */
  readonly batches: readonly number[]
  /** Takes the rows one by one, whatever the batch: its time for one row is its time for any. */
  readonly rowByRow?: boolean
  /** Evaluates a forest like it, not the forest itself: its answers are not compared. */
  readonly ownForest?: boolean
}

const MANY = 100_000

export const EVALUATORS: readonly Evaluator[] = [
  { name: 'recall-ml', title: 'recall-ml', needs: 'node', form: 'dump', program: 'recall-ml.js', threads: 1, batches: [1, 1000] },
  { name: 'recall-ml-threads', title: 'recall-ml, a worker thread a core', needs: 'node', form: 'dump', program: 'recall-ml.js', threads: 2, batches: [MANY] },
  { name: 'c-ranked', title: "C, recall-ml's algorithm", needs: 'c', form: 'c', program: 'ranked', threads: 1, batches: [1, 1000], rowByRow: true },
  { name: 'c-plain', title: 'C, plain walk', needs: 'c', form: 'c', program: 'plain', threads: 1, batches: [1, 1000], rowByRow: true },
  { name: 'treelite', title: 'treelite/TL2cgen, compiled C', needs: 'python', form: 'treelite', program: 'treelite_c.py', threads: 1, batches: [1, 1000] },
  { name: 'onnxruntime-node', title: 'onnxruntime-node, 1 thread', needs: 'npm:onnxruntime-node', form: 'onnx', program: 'onnxruntime-node.js', threads: 1, batches: [1, 1000] },
  { name: 'onnxruntime-node-threads', title: 'onnxruntime-node, default', needs: 'npm:onnxruntime-node', form: 'onnx', program: 'onnxruntime-node.js', threads: 0, batches: [1, 1000, MANY] },
  { name: 'onnxruntime-python', title: 'onnxruntime in Python, 1 thread', needs: 'python', form: 'onnx', program: 'onnxruntime_python.py', threads: 1, batches: [1, 1000] },
  { name: 'm2cgen', title: "m2cgen's JavaScript", needs: 'node', form: 'm2cgen', program: 'm2cgen.js', threads: 1, batches: [1, 1000] },
  { name: 'scikit-learn', title: 'scikit-learn, n_jobs=1', needs: 'python', form: 'sklearn', program: 'scikit_learn.py', threads: 1, batches: [1, 1000] },
  { name: 'scikit-learn-threads', title: 'scikit-learn, n_jobs=2', needs: 'python', form: 'sklearn', program: 'scikit_learn.py', threads: 2, batches: [1, 1000, MANY] },
  { name: 'ydf-inference', title: 'ydf-inference (a YDF forest like it)', needs: 'npm:ydf-inference', form: 'ydf', program: 'ydf-inference.js', threads: 1, batches: [1, 1000], ownForest: true },
  { name: 'ml-random-forest', title: 'ml-random-forest', needs: 'npm:ml-random-forest', form: 'mljs', program: 'ml-random-forest.js', threads: 1, batches: [1, 1000] }
]

/** What a server is started with. */
export interface ServeContext {
  /** Checkout, built, that is measured. */
  readonly root: string
  /** Program that {@link HttpPeer.needs} gave. */
  readonly program: string
  readonly port: number
  readonly processes: number
  /** Folder with the scikit-learn files. */
  readonly pickles: string
  /** Folder with the dumps. */
  readonly dumps: string
  /** Folder with what was prepared for the peers: see lib/served.ts. */
  readonly served: string
}

/** Who serves the two models over HTTP. */
export interface HttpPeer {
  readonly name: string
  readonly title: string
  readonly needs: Need
  command(context: ServeContext): Command
  /** Paths of the two routes, when they are not those of the service. */
  readonly paths?: { readonly recommend: string, readonly predict: string }
  /** What is sent and what answer is right: the service's, rounded answers, any answer, or that of the V2 protocol. */
  readonly answers: 'exact' | 'close' | 'constant' | 'v2'
  /** Its start and its memory are measured too. */
  readonly whole: boolean
}

const PEERS = join(BENCH, 'peers')

function serviceCommand({ root, program, port, processes, dumps }: ServeContext, level: string): Command {
  return {
    program,
    args: [join(root, 'dist', 'src', 'server.js')],
    env: { HOST: '127.0.0.1', PORT: String(port), WORKERS: String(processes), MODEL_PATH: dumps, LOG_LEVEL: level },
    // Where there is no .env file.
    cwd: PEERS
  }
}

const nodePeer = (file: string) => ({ program, port, processes, served }: ServeContext): Command => ({
  program, args: [join(COMPILED, 'peers', file), served, String(port), String(processes)]
})

/** numpy's and the runtimes' own threads would fight over the one core. */
const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }

export const SERVERS: readonly HttpPeer[] = [
  {
    name: 'recall-ml', title: 'recall-ml', needs: 'node', answers: 'exact', whole: true,
    command: context => serviceCommand(context, 'info')
  },
  {
    name: 'recall-ml-quiet', title: 'recall-ml, LOG_LEVEL=warn', needs: 'node', answers: 'exact', whole: false,
    command: context => serviceCommand(context, 'warn')
  },
  {
    name: 'fastify', title: 'bare Fastify, constant answer', needs: 'node', answers: 'constant', whole: true,
    command: nodePeer('fastify.js')
  },
  {
    name: 'node-http', title: 'node:http, JSON.parse, constant answer', needs: 'node', answers: 'constant', whole: false,
    command: nodePeer('node-http.js')
  },
  {
    name: 'flask', title: 'Flask, scikit-learn, gunicorn', needs: 'python', answers: 'exact', whole: true,
    command: ({ program, port, processes, pickles }) => ({
      program,
      args: ['-m', 'gunicorn', '-w', String(processes), '-b', `127.0.0.1:${port}`, '--timeout', '30',
        '--log-level', 'error', '--no-control-socket', 'flask_service:app'],
      env: { ...ONE_THREAD, MODEL_PATH: pickles, PYTHONWARNINGS: 'ignore' },
      cwd: PEERS
    })
  },
  {
    name: 'fastapi', title: 'FastAPI, onnxruntime, uvicorn', needs: 'python', answers: 'close', whole: true,
    command: ({ program, port, processes, served }) => ({
      program,
      args: ['fastapi_start.py', String(port), String(processes)],
      env: { ...ONE_THREAD, SERVED: served },
      cwd: PEERS
    })
  },
  {
    name: 'mlserver', title: 'MLServer, scikit-learn runtime', needs: 'mlserver', answers: 'v2', whole: true,
    paths: { recommend: '/v2/models/recommend/infer', predict: '/v2/models/churn/infer' },
    command: ({ program, port, processes, served }) => ({
      program,
      args: [join(PEERS, 'mlserver_start.py'), join(served, 'mlserver')],
      env: {
        ...ONE_THREAD,
        MLSERVER_HOST: '127.0.0.1', MLSERVER_HTTP_PORT: String(port), MLSERVER_GRPC_PORT: String(port + 1),
        MLSERVER_METRICS_PORT: String(port + 2), MLSERVER_DEBUG: 'false',
        // 0: none beside the process that serves.
        MLSERVER_PARALLEL_WORKERS: String(processes === 1 ? 0 : processes)
      },
      cwd: join(served, 'mlserver')
    })
  }
]

/** What a program that scores a file is started with. */
export interface ScoreContext {
  /** Checkout, built, that is measured. */
  readonly root: string
  /** Program that {@link FileScorer.needs} gave. */
  readonly program: string
  /** `recommend` or `churn`. */
  readonly model: string
  /** CSV of customers, and the CSV that is to be written. */
  readonly input: string
  readonly output: string
  /** Folder with the scikit-learn files. */
  readonly pickles: string
  /** Folder with the dumps. */
  readonly dumps: string
}

/** Who scores a file, on two cores. */
export interface FileScorer {
  readonly name: string
  readonly title: string
  readonly needs: Need
  command(context: ScoreContext): Command
}

export const SCORERS: readonly FileScorer[] = [
  {
    name: 'recall-ml-score', title: 'recall-ml score', needs: 'node',
    command: ({ root, program, model, input, output, dumps }) => ({
      program,
      args: [join(root, 'dist', 'tools', 'cli.js'), 'score', '--model', model, '--workers', '2', '--out', output, input],
      env: { MODEL_PATH: dumps },
      // Where there is no .env file.
      cwd: PEERS
    })
  },
  {
    name: 'pandas', title: 'pandas, scikit-learn, n_jobs=2', needs: 'python',
    command: ({ program, model, input, output, pickles }) => ({
      program, args: [join(PEERS, 'score_pandas.py'), model, pickles, input, output], env: { PYTHONWARNINGS: 'ignore' }
    })
  }
]
