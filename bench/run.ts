// `npm run bench [name ...]`: runs the benches one after the other and writes their sections of bench/RESULTS.md. Each
// figure stands beside its peer's from the same run on the same machine; ratios count, not absolute times.
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Bench, Row } from './measure.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const wanted = process.argv.slice(2)
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim()
const results: { name: string; rows: Row[]; load: number }[] = []
for (const file of globSync('*.bench.ts', { cwd: folder }).sort()) {
  const { bench } = await import(`./${file}`) as { bench: Bench }
  if (wanted.length > 0 && !wanted.includes(file.replace('.bench.ts', ''))) continue
  console.log(`# ${bench.name}`)
  // Some name a PostgreSQL of their own to what they use, and end it: the next one must not look for it.
  delete process.env.KLOUDAK_TEST_SERVER
  // What others do with the machine makes figures worse: it is told beside them.
  const load = loadavg()[0]!
  const rows = await bench.rows()
  for (const row of rows) console.log(`  ${row.what}: ${row.ours} | ${row.peer} | ${row.ratio} | goal ${row.goal}`)
  results.push({ name: bench.name, rows, load })
}

const head = `# Figures

Measured by \`npm run bench\`, each section in one run: ours beside its peer, on the same machine at the same time. Ratios count.

Machine: ${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 1024 ** 3)} GiB, ${process.platform}, Node ${process.version}.
`
const section = ({ name, rows, load }: (typeof results)[number]) => [
  `${name}\n`, `${new Date().toISOString().slice(0, 10)}, commit ${commit}; processes that waited for a processor when it began: ${load.toFixed(1)}.\n`,
  '| What | Ours | Peer | Ours / peer | Goal |', '|---|---|---|---|---|',
  ...rows.map((row) => `| ${row.what} | ${row.ours} | ${row.peer} | ${row.ratio} | ${row.goal} |`), '',
].join('\n')
const known = wanted.length === 0 ? [] : readFileSync(`${folder}RESULTS.md`, 'utf8').split('\n## ').slice(1)
const sections = new Map([...known, ...results.map(section)].map((text) => [text.slice(0, text.indexOf('\n')), text.trimEnd()]))
writeFileSync(`${folder}RESULTS.md`, `${head}\n${[...sections.values()].map((text) => `## ${text}\n`).join('\n')}`)
process.exit(0)
