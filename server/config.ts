import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { placementModules } from './config-placement.ts'
import { behaviourOf, simulatedVariables } from './config-simulated.ts'
import { duration, listenAddress, retriesByKind, statsKeep } from './config-work.ts'
import type { KindRetries } from './config-work.ts'
import { parseMasterKey } from './db/master-key.ts'
import type { MasterKey } from './db/master-key.ts'
import type { Behaviour } from './hypervisor/simulated/life.ts'
import { defaultSampleMs } from './model/stats.ts'
import type { Keep } from './model/stats.ts'

/**
 * The environment, read once and nowhere else. `KLOUDAK_MASTER_KEY_FILE` names the file with the 32-byte key (base64)
 * that seals the secrets in the database (decision 21), and on further lines those that it replaced; it never stands in
 * the database or in a log.
 */
const environment = z.object({
  DATABASE_URL: z.string().startsWith('postgres'),
  KLOUDAK_MASTER_KEY_FILE: z.string().min(1),
  PORT: z.coerce.number().int().min(0).max(65535).default(4000),
  KLOUDAK_LISTEN: z.string().default('127.0.0.1'),
  /** Where browsers reach us when a proxy stands before: allowed as an Origin beside our own. */
  KLOUDAK_PUBLIC_URL: z.url().optional(),
  /** Addresses and networks of proxies that stand before, separated by commas: their X-Forwarded-For is believed. */
  KLOUDAK_TRUSTED_PROXIES: z.string().default('').transform((text) => text.split(',').map((entry) => entry.trim()).filter(Boolean)),
  /** Where a worker listens for console bytes from the API. Loopback unless API and workers live on several machines. */
  KLOUDAK_CONSOLE_LISTEN: z.string().default('127.0.0.1'),
  /** The built dashboard. */
  KLOUDAK_WEB: z.string().default('dist/web'),
  /** Further tries of a task's step that failed in a way that may pass, and the wait before each. */
  KLOUDAK_RETRIES: z.coerce.number().int().min(0).max(100).default(3),
  KLOUDAK_RETRY_WAIT_MS: z.coerce.number().int().min(0).max(3_600_000).default(1000),
  /** As the two above for single kinds of work, `vm-create=5 every 2s, image-import=40 every 500ms`. */
  KLOUDAK_RETRIES_BY_KIND: retriesByKind.default({}),
  /** How long tasks are kept after their end. */
  KLOUDAK_KEEP_TASKS: duration('1h').default(90 * 86_400_000),
  /** For how long a host must not have been heard to be down: then it may be fenced. */
  KLOUDAK_HOST_DOWN_AFTER: duration('5s').default(10_000),
  /** Between two sweeps that compare books and hosts. */
  KLOUDAK_SWEEP_EVERY: duration('1s').default(300_000),
  /** Tasks that one worker process runs at once. */
  KLOUDAK_WORKER_TASKS: z.coerce.number().int().min(1).max(1000).default(32),
  /** Own modules that areas may choose hosts by, `name=/path/to/module.ts,...`: docs/placement.md. */
  KLOUDAK_PLACEMENT_MODULES: placementModules.default({}),
  /** Between two samples of a host, and how long statistics are kept. */
  KLOUDAK_STATS_EVERY: duration('1s').default(defaultSampleMs),
  KLOUDAK_STATS_KEEP: statsKeep,
  ...simulatedVariables,
  /** Who has it may read `/metrics` from anywhere; without it only this machine may. And where a worker listens for that, `address:port`. */
  KLOUDAK_METRICS_TOKEN: z.string().regex(/^\S{16,}$/, 'has at least 16 characters, and no spaces').optional(),
  KLOUDAK_METRICS_LISTEN: listenAddress.optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

export interface Config {
  databaseUrl: string
  masterKey: MasterKey
  port: number
  listen: string
  publicUrl: string | undefined
  trustedProxies: readonly string[]
  consoleListen: string
  webFolder: string
  retries: number
  retryWaitMs: number
  retriesByKind: Readonly<Record<string, KindRetries>>
  keepTasksMs: number
  sweepEveryMs: number
  workerTasks: number
  hostDownAfterMs: number
  simulated: Behaviour
  placementModules: Readonly<Record<string, string>>
  metricsToken: string | undefined
  metricsListen: { address: string; port: number } | undefined
  stats: { everyMs: number; keep: Keep }
  logLevel: string
}

/** Throws with one line for each variable that is missing or wrong. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environment.safeParse(env)
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
  return {
    databaseUrl: parsed.data.DATABASE_URL,
    masterKey: readMasterKey(parsed.data.KLOUDAK_MASTER_KEY_FILE),
    port: parsed.data.PORT,
    listen: parsed.data.KLOUDAK_LISTEN,
    publicUrl: parsed.data.KLOUDAK_PUBLIC_URL,
    trustedProxies: parsed.data.KLOUDAK_TRUSTED_PROXIES,
    consoleListen: parsed.data.KLOUDAK_CONSOLE_LISTEN,
    webFolder: parsed.data.KLOUDAK_WEB,
    retries: parsed.data.KLOUDAK_RETRIES,
    retryWaitMs: parsed.data.KLOUDAK_RETRY_WAIT_MS,
    retriesByKind: parsed.data.KLOUDAK_RETRIES_BY_KIND,
    keepTasksMs: parsed.data.KLOUDAK_KEEP_TASKS,
    hostDownAfterMs: parsed.data.KLOUDAK_HOST_DOWN_AFTER,
    sweepEveryMs: parsed.data.KLOUDAK_SWEEP_EVERY,
    workerTasks: parsed.data.KLOUDAK_WORKER_TASKS,
    simulated: behaviourOf(parsed.data),
    placementModules: parsed.data.KLOUDAK_PLACEMENT_MODULES,
    metricsToken: parsed.data.KLOUDAK_METRICS_TOKEN,
    metricsListen: parsed.data.KLOUDAK_METRICS_LISTEN,
    stats: { everyMs: parsed.data.KLOUDAK_STATS_EVERY, keep: parsed.data.KLOUDAK_STATS_KEEP },
    logLevel: parsed.data.LOG_LEVEL,
  }
}

function readMasterKey(file: string): MasterKey {
  try {
    return parseMasterKey(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Error(`KLOUDAK_MASTER_KEY_FILE: ${(error as Error).message}`, { cause: error })
  }
}
