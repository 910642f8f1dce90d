/** A model under `/v2`: whether it is there, what it is, what it answers, what it has done. */
import type { Config } from '../../config.js'
import type { Model, ModelEntry } from '../../model/types.js'
import type { Metrics } from '../observability/metrics.js'
import type { ModelControl } from './model-control.js'
import { Inference, type Caller, type InferAnswer } from './infer.js'
import { describeIndexEntry, describeMetadata, reasonOf, UNLOADED, type IndexEntry, type ModelMetadata } from './metadata.js'
import type { InferBody } from './request.js'
import { Statistics, type ModelStatistics } from './statistics.js'

export class ServedModel {
  readonly name: string
  /** Why it was not loaded when the service started; undefined when it was. */
  readonly failure: string | undefined
  private readonly statistics: Statistics
  /** Made by the first inference, so that the start does not wait for it. */
  private inference: Inference | undefined

  constructor(
    private readonly entry: ModelEntry,
    private readonly config: Config,
    private readonly metrics: Metrics,
    private readonly control: ModelControl
  ) {
    this.name = entry.name
    this.failure = reasonOf(entry)
    this.statistics = new Statistics(entry.name)
  }

  /** Why it is not ready; undefined when it is. */
  get reason(): string | undefined {
    return this.failure ?? (this.control.isUnloaded(this.name) ? UNLOADED : undefined)
  }

  /** Takes it out of `/v2`, or puts it back, in all processes. */
  async setUnloaded(unloaded: boolean): Promise<void> {
    await this.control.setUnloaded(this.name, unloaded)
  }

  /** @throws Error when it was not loaded, as `infer` does */
  describe(): ModelMetadata {
    return describeMetadata(this.name, this.model())
  }

  describeIndexEntry(): IndexEntry {
    return describeIndexEntry(this.entry, this.reason)
  }

  describeStatistics(): ModelStatistics {
    return this.statistics.describe()
  }

  /** As {@link Inference.answer}. */
  async infer(body: InferBody, caller: Caller): Promise<InferAnswer | undefined> {
    this.inference ??= new Inference(this.name, this.model(), this.config, this.statistics, this.metrics)
    return this.inference.answer(body, caller)
  }

  private model(): Model {
    if (this.entry.model === undefined) throw new Error('the model is not loaded')
    return this.entry.model
  }
}
