// `npm run bench [name ...]`: runs the benches one after the other and writes bench/RESULTS.md. Each figure stands
// beside its peer's from the same run on the same machine; ratios count, not absolute times.
import { execFileSync } from 'node:child_process'
import { globSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Bench, Row } from './measure.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const wanted = process.argv.slice(2)
const results: { name: string; rows: Row[] }[] = []
for (const file of globSync('*.bench.ts', { cwd: folder }).sort()) {
  const { bench } = await import(`./${file}`) as { bench: Bench }
  if (wanted.length > 0 && !wanted.includes(file.replace('.bench.ts', ''))) continue
  console.log(`# ${bench.name}`)
  const rows = await bench.rows()
  for (const row of rows) console.log(`  ${row.what}: ${row.ours} | ${row.peer} | ${row.ratio} | goal ${row.goal}`)
  results.push({ name: bench.name, rows })
}

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim()
const head = `# Figures

Measured by \`npm run bench\` in one run: ours beside its peer, on the same machine at the same time. Ratios count.

Machine: ${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 1024 ** 3)} GiB, ${process.platform}, Node ${process.version}. Date: ${new Date().toISOString().slice(0, 10)}. Commit: ${commit}.
`
const section = ({ name, rows }: { name: string; rows: Row[] }) => [
  `## ${name}\n`, '| What | Ours | Peer | Ours / peer | Goal |', '|---|---|---|---|---|',
  ...rows.map((row) => `| ${row.what} | ${row.ours} | ${row.peer} | ${row.ratio} | ${row.goal} |`), '',
].join('\n')
if (wanted.length === 0) writeFileSync(`${folder}RESULTS.md`, `${head}\n${results.map(section).join('\n')}`)
else console.log('RESULTS.md is written by a full run only')
process.exit(0)
