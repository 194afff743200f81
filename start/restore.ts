// `npm run restore -- FILE`: a backup in the place of all that the database holds. Kloudak must be stopped.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { restoreBackup } from '../server/backup/restore.ts'
import type { MasterKey } from '../server/db/master-key.ts'
import { KloudakError } from '../server/model/errors.ts'
import { withDatabase } from './database.ts'
import { fileOf, runCommand } from './command.ts'
import { readMasterKey, readSettings } from './settings.ts'

const discard = '--discard'

/** The key must be there: a new one, as a first start makes, would open nothing. */
function masterKeyOf(dataFolder: string): MasterKey {
  const file = process.env.KLOUDAK_MASTER_KEY_FILE ?? join(dataFolder, 'master.key')
  if (!existsSync(file)) throw new KloudakError('WRONG_STATE', `There is no master key at ${file}.`, { remedy: 'Put the master.key of the installation that was backed up there: it is not in the backup.' })
  return readMasterKey(file)
}

await runCommand(`npm run restore -- FILE [${discard}]`, 1, async ([given], flags) => {
  const settings = readSettings(process.env)
  const masterKey = masterKeyOf(settings.dataFolder)
  const keepAs = flags.has(discard) ? undefined : join(settings.dataFolder, `before-restore-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.tar.gz`)
  const done = await withDatabase(settings, { alone: true }, (url) => restoreBackup({ url, file: fileOf(given!), masterKey, keepAs }))
  if (done.keptAs) console.log(`What the database held before: ${done.keptAs}`)
  console.log(`Restored ${done.rows} rows as of ${done.manifest.takenAt}; this is generation ${done.generation} of installation ${done.manifest.installation.id}.`)
  console.log('All sessions and API tokens have ended. Passwords, memberships and disabled accounts are as they were then: check who may do what.')
  if (done.endedTasks > 0) console.log(`${done.endedTasks} tasks that were under way then do not go on.`)
  if (done.frozenHosts.length > 0) console.log(`Frozen until an operator has reviewed them: ${done.frozenHosts.join(', ')}. Start Kloudak, look at hostDifferences, then reviewHost (docs/running.md).`)
}, new Set([discard]))
