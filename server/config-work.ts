import { z } from 'zod'
import { contracts } from '../jobs/contract/all.ts'
import { parseDuration } from './model/duration.ts'
import { defaultKeep } from './model/stats.ts'
import type { Keep } from './model/stats.ts'

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

/** Less of each would be dropped before the next coarser one is made of it. */
const leastKept = ['10m', '1h', '1d', '2d']

/** `2h 2d 30d 400d`: how long samples, minutes, quarters of an hour and hours of the statistics are kept; days as long as hours. */
export const statsKeep = z.string().transform((text, context): Keep => {
  const parts = text.split(' ').filter(Boolean).map(parseDuration)
  const isGood = parts.length === leastKept.length && parts.every((ms, index) => ms !== undefined && ms >= parseDuration(leastKept[index]!)! && ms >= (parts[index - 1] ?? 0))
  if (!isGood) {
    context.addIssue({ code: 'custom', message: `is four times, none shorter than the one before and at least ${leastKept.join(' ')}, as in 2h 2d 30d 400d` })
    return z.NEVER
  }
  const [raw, minute, quarter, hour] = parts as [number, number, number, number]
  return { raw, minute, quarter, hour, day: hour }
}).default(defaultKeep)

/** `127.0.0.1:9464` or `[::1]:9464`. */
export const listenAddress = z.string().transform((text, context) => {
  const [, six, four, port] = /^(?:\[([0-9a-f:.]+)\]|([^:\s]+)):(\d{1,5})$/i.exec(text.trim()) ?? []
  const address = six ?? four
  if (address !== undefined && Number(port) <= 65_535) return { address, port: Number(port) }
  context.addIssue({ code: 'custom', message: 'is an address and a port, as in 127.0.0.1:9464 or [::1]:9464' })
  return z.NEVER
})
