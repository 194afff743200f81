import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Resolution } from '../../model/stats.ts'

/** `diskReadsPerSecond` -> `disk_reads_per_second`. */
export const columnOf = (metric: string): string => metric.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

export const statsTable = (subject: 'host' | 'pool', resolution: Resolution): RawBuilder<unknown> => sql.table(`${subject}_stats_${resolution}`)

/** Where buckets begin: at whole minutes, quarters, hours and days of UTC. */
export const epoch = sql`timestamptz '2000-01-01 00:00Z'`

export const milliseconds = (ms: number): RawBuilder<unknown> => sql`(${ms}::float8 * interval '1 millisecond')`
