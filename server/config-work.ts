import { z } from 'zod'
import { contracts } from '../jobs/contract/all.ts'
import { parseDuration } from './model/duration.ts'

/** How often a step of one kind of work is tried again, and the wait before each. */
export interface KindRetries { retries: number; waitMs: number }

const kinds = new Set(contracts.map(({ name }) => name))
const longestWaitMs = 3_600_000

/** A length of time such as `90d`. */
export const duration = (least: string) => z.string().transform((text, context) => {
  const ms = parseDuration(text.trim())
  if (ms !== undefined && ms >= parseDuration(least)!) return ms
  context.addIssue({ code: 'custom', message: `is a time of at least ${least}, as in 500ms, 5s, 10m, 12h or 90d` })
  return z.NEVER
})

/** `vm-create=5 every 2s, image-import=40 every 500ms`: for each kind that is named the further tries of a step and the wait before each. */
export const retriesByKind = z.string().transform((text, context) => {
  const found: Record<string, KindRetries> = {}
  for (const entry of text.split(',').map((part) => part.trim()).filter(Boolean)) {
    const [, kind, count, wait] = /^([\w-]+) *= *(\d{1,4}) +every +(\w+)$/.exec(entry) ?? []
    const waitMs = parseDuration(wait ?? '')
    const refusal = kind === undefined ? 'is not written as in vm-create=5 every 2s'
      : !kinds.has(kind) ? `names no kind of work; there are ${[...kinds].sort().join(', ')}`
      : found[kind] ? 'is said twice'
      : Number(count) > 100 ? 'has more than 100 tries'
      : waitMs === undefined || waitMs > longestWaitMs ? 'has a wait that is not a time of at most 1h, as in 500ms, 5s or 10m'
      : undefined
    if (refusal !== undefined) {
      context.addIssue({ code: 'custom', message: `"${entry.slice(0, 80)}" ${refusal}` })
      return z.NEVER
    }
    found[kind!] = { retries: Number(count), waitMs: waitMs! }
  }
  return found
})
