/** Rows as callers send them, good and bad, and what single requests answer to them. */
import type { FastifyInstance } from 'fastify'
import { post } from './app.js'
import { GOOD_BODY } from './fake-model.js'

/** Text of a row: JSON mostly, and now and then anything else that has no newline in it. */
export function randomRow(random: (below: number) => number): string {
  const values = [0, 0.25, 1, 75, -1, null, '6', true, [5], {}, 'Prepaid', 'Samsung', '\u5c0f\u7c73 \ud83d\udcf1', '\\"']
  const odd = [
    '5', 'null', '[]', '"x"', '{', '{"sms_freq":1,}', '{}{}',
    ...[
      '"__proto__":{"sms_freq":7}', '"a":{"__proto__":1}', '"\\u005f_proto__":{"sms_freq":1}',
      '"constructor":{"prototype":{"x":1}}', '"sms_freq":1e999', '"sms_freq":"\\ud83d"',
      `"x":${'['.repeat(500)}${']'.repeat(500)}`
      // A lone row with none of the fields is answered where one of many is not.
    ].map(rest => `{"monthly_spend":null,${rest}}`), ' {"monthly_spend":null} '
  ]
  if (random(6) === 0) return odd[random(odd.length)]
  const row: Record<string, unknown> = { ...GOOD_BODY }
  for (const name of Object.keys(row)) if (random(8) === 0) row[name] = values[random(values.length)]
  if (random(4) === 0) row.username = values[random(values.length)]
  return JSON.stringify(row)
}

/** Bodies of the answers of single requests, in order. */
export async function answerOneByOne(app: FastifyInstance, route: string, rows: readonly string[]): Promise<string[]> {
  const answers: string[] = []
  for (const row of rows) answers.push((await post(app, route, row)).body)
  return answers
}

/** An error answer as a stream gives it, a good one as it is. */
export function withLine(answer: string, line: number): string {
  return answer.startsWith('{"status":"error"') ? `${answer.slice(0, -1)},"line":${line}}` : answer
}
