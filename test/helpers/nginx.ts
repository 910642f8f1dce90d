/** A real nginx with the configuration of deploy/nginx, in a folder of its own. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Test } from 'tap'
import { PACKAGE_ROOT } from '../../src/config.js'
import { readVariable } from './environment.js'
import { freePort, sleep } from './service-process.js'

/** The programs: what NGINX names, and one on the PATH or where Debian has it. */
export function findNginx(): string[] {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  const installed = folders.map(folder => join(folder, 'nginx')).find(path => existsSync(path))
  return [...new Set([readVariable('NGINX'), installed].filter(path => path !== undefined))]
}

export function readNginxFile(name: string): string {
  return readFileSync(join(PACKAGE_ROOT, 'deploy', 'nginx', name), 'utf8')
}

/** Replaces what must be there. */
export function replaceIn(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`expected ${JSON.stringify(from)} in ${text}`)
  return text.replaceAll(from, to)
}

/** The two files, for a port to listen on and two processes that serve. */
function configure(port: number, upstreams: readonly [number, number]): string {
  let upstream = readNginxFile('upstream.conf')
  upstream = replaceIn(upstream, '127.0.0.1:5000', `127.0.0.1:${upstreams[0]}`)
  upstream = replaceIn(upstream, '127.0.0.1:5001', `127.0.0.1:${upstreams[1]}`)
  return upstream + replaceIn(readNginxFile('recall-ml.conf'), 'listen 8080;', `listen 127.0.0.1:${port};`)
}

/**
 * Starts nginx before two processes; stopped after the test.
 * @param change what a test changes of the configuration
 * @returns its origin
 */
export async function startNginx(
  t: Test, program: string, upstreams: readonly [number, number], change = (text: string) => text
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'))
  const port = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${folder}/${name};`)
  writeFileSync(join(folder, 'nginx.conf'), [
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr error;`,
    'events { worker_connections 512; }',
    `http { access_log off; ${temporary.join(' ')}`,
    change(configure(port, upstreams)),
    '}'
  ].join('\n'))
  const args = ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')]
  // Without NGINX, which means something else to nginx itself.
  const nginx = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: {} })
  let errors = ''
  nginx.stderr.setEncoding('utf8').on('data', data => { errors += String(data) })
  const ended = new Promise(resolve => nginx.on('close', resolve))
  t.teardown(async () => {
    nginx.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true })
  })
  const origin = `http://127.0.0.1:${port}`
  for (let i = 0; i < 200 && nginx.exitCode === null; i++) {
    if (await fetch(`${origin}/`).then(() => true, () => false)) return origin
    await sleep(25)
  }
  throw new Error(`nginx does not listen: ${errors}`)
}

export interface RawAnswer {
  readonly status: number
  readonly type: string | undefined
  readonly body: string
}

/** Posts with one connection a request, and reads an answer that comes before the body was sent. */
export async function postRaw(url: string, body: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let answered = false
    const sent = request(url, {
      method: 'POST', agent: false, headers: { 'content-type': 'application/json', ...headers }
    }, response => {
      answered = true
      let text = ''
      response.setEncoding('utf8').on('data', data => { text += String(data) })
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'], body: text })
      })
    })
    // Whoever refuses a body does not read it to its end.
    sent.on('error', error => { if (!answered) reject(error) })
    sent.end(body)
  })
}
