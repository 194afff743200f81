// `npm run backup -- FILE`: all of Kloudak's own database in one file, while it runs or not.
import { statSync } from 'node:fs'
import { writeBackup } from '../server/backup/write.ts'
import { formatBytes } from '../server/model/units.ts'
import { withDatabase } from './database.ts'
import { fileOf, runCommand } from './command.ts'
import { readSettings } from './settings.ts'

await runCommand('npm run backup -- FILE', 1, async ([given]) => {
  const file = fileOf(given!)
  const settings = readSettings(process.env)
  const { tables, installation, takenAt } = await withDatabase(settings, { alone: false }, (url) => writeBackup(url, file))
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  console.log(`${file}: ${rows} rows of ${tables.length} tables as of ${takenAt}, ${formatBytes(statSync(file).size)} (installation ${installation.id}, generation ${installation.generation})`)
  console.log('It holds password hashes and sealed keys: keep it closed. The master key is NOT in it; without that key it cannot be restored: keep a copy elsewhere.')
})
