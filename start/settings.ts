import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { parseMasterKey } from '../server/db/master-key.ts'
import type { MasterKey } from '../server/db/master-key.ts'

export const hypervisorModes = ['auto', 'lab', 'local', 'simulated', 'none'] as const
export type HypervisorMode = (typeof hypervisorModes)[number]

const environment = z.object({
  KLOUDAK_DATA: z.string().default('.kloudak'),
  DATABASE_URL: z.string().startsWith('postgres').optional(),
  KLOUDAK_HOSTS: z.enum(hypervisorModes).default('auto'),
  /** With simulated hosts: how many, and VMs on them that run from the start. */
  KLOUDAK_SIMULATED_HOSTS: z.coerce.number().int().min(1).max(10_000).default(3),
  KLOUDAK_SIMULATED_VMS: z.coerce.number().int().min(0).max(100_000).default(0),
  KLOUDAK_ADMIN_PASSWORD: z.string().min(12, 'at least 12 characters').optional(),
  PORT: z.coerce.number().int().min(0).max(65535).default(4000),
})

export interface Settings {
  dataFolder: string
  databaseUrl: string | undefined
  hosts: HypervisorMode
  simulatedHosts: number
  simulatedVms: number
  adminPassword: string | undefined
  port: number
}

/** What `npm start` reads from the environment; throws with one line for each wrong variable. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const parsed = environment.safeParse(env)
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
  const dataFolder = resolve(parsed.data.KLOUDAK_DATA)
  mkdirSync(dataFolder, { recursive: true, mode: 0o711 })
  return { dataFolder, databaseUrl: parsed.data.DATABASE_URL, hosts: parsed.data.KLOUDAK_HOSTS, simulatedHosts: parsed.data.KLOUDAK_SIMULATED_HOSTS, simulatedVms: parsed.data.KLOUDAK_SIMULATED_VMS, adminPassword: parsed.data.KLOUDAK_ADMIN_PASSWORD, port: parsed.data.PORT }
}

/** The file with the key that seals the database's secrets: made at the first start, outside the database (decision 21). */
export function masterKeyFile(dataFolder: string): string {
  const file = join(dataFolder, 'master.key')
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  return file
}

export const readMasterKey = (file: string): MasterKey => parseMasterKey(readFileSync(file, 'utf8'))
