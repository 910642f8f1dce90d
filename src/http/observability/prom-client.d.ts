/** The metrics of prom-client's `collectDefaultMetrics`, one by one; its own types leave them out. */
declare module 'prom-client/lib/metrics/*.js' {
  import type { Registry } from 'prom-client'

  const addMetric: (registry: Registry, options: { readonly eventLoopMonitoringPrecision: number }) => void
  export default addMetric
}
