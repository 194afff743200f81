import { z } from 'zod'

export const manifestName = 'manifest.json'

/** Of one file in the archive, before compression. A table of more is split between rows. */
export const partBytes = 8 * 1024 * 1024

/** Raised when the archive is laid out otherwise; a newer one is refused. What the tables hold is told by the migrations. */
export const formatVersion = 1

const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/)

const part = z.object({ file: z.string(), sizeBytes: z.number().int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/), rows: z.number().int().min(0) })

export const tableInFile = z.object({ name, columns: z.array(name).min(1), rows: z.number().int().min(0), parts: z.array(part) })
export type TableInFile = z.infer<typeof tableInFile>

/** The last file of a backup: what it holds, and of what. */
export const manifest = z.object({
  format: z.literal('kloudak-backup'),
  formatVersion: z.number().int(),
  takenAt: z.iso.datetime(),
  postgres: z.string(),
  installation: z.object({ id: z.uuid(), generation: z.number().int() }),
  /** The schema that the rows are of: the migrations that the database had run, in order. */
  migrations: z.array(z.string()),
  tables: z.array(tableInFile),
  /** Numbers that have been given out, by table and column: none is given twice, even when its row is gone. */
  sequences: z.array(z.object({ table: name, column: name, last: z.string().regex(/^\d{1,19}$/) })),
})
export type Manifest = z.infer<typeof manifest>

/**
 * Tables whose rows mean nothing in another life of the database: who holds what now, and a stream whose cursors end with
 * it. And statistics, which would be most of every backup, and no loss.
 */
export const notKept: readonly string[] = [
  'event', 'console_ticket', 'host_lease', 'worker', 'host_inventory', 'host_silence',
  'host_stats_raw', 'host_stats_minute', 'host_stats_quarter', 'host_stats_hour', 'host_stats_day',
  'pool_stats_minute', 'pool_stats_quarter', 'pool_stats_hour', 'pool_stats_day', 'vm_stats_host', 'stats_rollup', 'host_file_systems',
]
