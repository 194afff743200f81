import { createHmac } from 'node:crypto'
import type { QuotaResource } from '../model/quota.ts'
import { canonical } from './canonical.ts'

/** A thing that Kloudak would choose: the host, the pool, an address. */
export interface PlanChoice { kind: string; name: string }
export interface PlanQuota { resource: QuotaResource; limit: number | null; before: number; after: number }

/** What a mutation would do (decision 24). */
export interface Plan {
  /** Stands for all that the plan rests on. */
  hash: string
  /** What would be done, in order, as sentences. */
  steps: string[]
  /** What would be stopped or lost, as sentences. */
  losses: string[]
  choices: PlanChoice[]
  quotas: PlanQuota[]
}

/**
 * Gathers the plan while the verb's transaction runs. The hash covers what the verb says it rests on (versions of the
 * objects named, what was chosen, the quota), not the free capacity of the world.
 */
export class PlanDraft {
  readonly #steps: string[] = []
  readonly #losses: string[] = []
  readonly #choices: PlanChoice[] = []
  readonly #quotas: PlanQuota[] = []
  readonly #ground = new Map<string, unknown>()

  step(sentence: string): void { this.#steps.push(sentence) }
  loss(sentence: string): void { this.#losses.push(sentence) }

  /** An object that the plan names, at the version that was read. */
  restsOn(key: string, version: unknown): void { this.#ground.set(key, version) }

  /** What was chosen. Without a name it is not shown to who asked, but the plan rests on it. */
  choice(kind: string, { id, name }: { id: string; name: string | undefined }): void {
    if (name !== undefined) this.#choices.push({ kind, name })
    this.restsOn(`chosen ${kind}`, id)
  }

  quota(quota: PlanQuota): void {
    this.#quotas.push(quota)
    this.restsOn(`quota ${quota.resource}`, [quota.limit, quota.before, quota.after])
  }

  /** `about`: the verb, who asked, and all that they asked for. */
  finish(secret: Uint8Array, about: object): Plan {
    const hash = createHmac('sha256', secret).update(canonical({ about, ground: Object.fromEntries(this.#ground), losses: this.#losses })).digest('hex')
    return { hash, steps: this.#steps, losses: this.#losses, choices: this.#choices, quotas: this.#quotas }
  }
}
