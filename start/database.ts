import { join } from 'node:path'
import { startPostgres } from './postgres.ts'
import { runsHere, takeOver } from './running.ts'
import type { Settings } from './settings.ts'

/**
 * Gives `work` the database that `npm start` would use: the one of DATABASE_URL, or the one in the data folder. That one is
 * started for as long as `work` takes when nothing runs here; no launcher starts meanwhile. `alone`: refuse while one lives.
 */
export async function withDatabase<T>({ databaseUrl, dataFolder }: Settings, { alone }: { alone: boolean }, work: (url: string) => Promise<T>): Promise<T> {
  if (databaseUrl) return work(databaseUrl)
  const isShared = !alone && runsHere(dataFolder)
  const release = isShared ? undefined : await takeOver(dataFolder, (line) => { console.log(line) })
  try {
    const postgres = await startPostgres({ folder: join(dataFolder, 'postgres') })
    try { return await work(postgres.url) } finally { if (!isShared) await postgres.stop() }
  } finally { release?.() }
}
