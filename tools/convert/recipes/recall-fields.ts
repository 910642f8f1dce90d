import type { NumberInput } from '../../../src/dump/dump.js'

/** The numeric fields of a customer's profile, as the callers of both routes send them. A missing value counts as 0. */
export const PROFILE_NUMBERS: readonly NumberInput[] = [
  number('avg_data_usage_gb', 'Average mobile data use', { unit: 'GB a month', example: 6.5 }),
  number('pct_video_usage', 'Share of the data that is video', { unit: 'share of data', maximum: 1, example: 0.75 }),
  number('avg_call_duration', 'Average length of a call', { unit: 'minutes', example: 8 }),
  number('sms_freq', 'Text messages sent', { unit: 'SMS a month', example: 5 }),
  number('monthly_spend', 'Average spend', { unit: 'IDR a month', example: 95000 }),
  number('topup_freq', 'Top-ups', { unit: 'top-ups a month', example: 3 }),
  number('travel_score', 'How much the customer travels, from 0 (never) to 1', { maximum: 1, example: 0.2 }),
  number('complaint_count', 'Complaints on file', { unit: 'complaints', example: 0 })
]

function number(name: string, description: string, rest: Pick<NumberInput, 'unit' | 'maximum' | 'example'>): NumberInput {
  return { name, type: 'number', description, minimum: 0, ...rest, fallback: { missing: 0 } }
}
