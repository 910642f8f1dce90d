/** Requests as a telecom's backend sends them: every field there, values spread as in a real customer base. */
import { seededRandom } from './random.js'

export type Customer = Readonly<Record<string, number | string>>

const PLANS = ['Prepaid', 'Prepaid', 'Prepaid', 'Postpaid', 'Postpaid']
const BRANDS = ['Apple', 'Huawei', 'Oppo', 'Realme', 'Samsung', 'Vivo', 'Xiaomi', 'Other']

/** @returns the same customers for the same seed, the first ones the same for any count */
export function makeCustomers(count: number, seed = 1): Customer[] {
  const random = seededRandom(seed)
  const round = (x: number, digits: number) => Number(x.toFixed(digits))
  const clamp = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x))
  return Array.from({ length: count }, () => {
    const use = Math.exp(1.6 + 0.65 * random.normal())
    return {
      avg_data_usage_gb: round(clamp(use, 0.03, 39), 2),
      pct_video_usage: round(clamp(0.4 + 0.2 * random.normal(), 0, 1), 3),
      avg_call_duration: round(clamp(10 + 4.85 * random.normal(), 0, 28), 2),
      sms_freq: Math.round(clamp(15 + 3.9 * random.normal(), 4, 31)),
      monthly_spend: 1000 * Math.round(clamp(70 + 6.6 * use + 37 * random.normal(), 0, 450)),
      topup_freq: Math.round(clamp(3 + 1.7 * random.normal(), 0, 12)),
      travel_score: round(clamp(0.28 + 0.16 * random.normal(), 0.003, 0.855), 3),
      complaint_count: Math.floor(-Math.log(1 - random.uniform()) * 0.8),
      plan_type: PLANS[random.below(PLANS.length)],
      device_brand: BRANDS[random.below(BRANDS.length)]
    }
  })
}
