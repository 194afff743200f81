// After `npm install` changed package-lock.json: adds the optional platform packages that npm left out because
// the registry in use does not carry them (npm ci refuses a lock without them). They carry their os and cpu, so
// a machine of another platform never asks for them. Usage: node tools/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs'

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32', 'netbsd', 'openbsd', 'sunos', 'aix', 'wasm32']
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const libc = (words) => (words.includes('musl') ? { libc: ['musl'] } : words.includes('gnu') ? { libc: ['glibc'] } : {})
let added = 0
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (path === '' || lock.packages[`${path}/node_modules/${name}`] || lock.packages[`node_modules/${name}`]) continue
    const words = name.split(/[/-]/)
    const at = words.findIndex((word) => systems.includes(word))
    if (at < 0) continue
    const system = words[at]
    lock.packages[`node_modules/${name}`] = { version, ...(entry.dev ? { dev: true } : {}), optional: true, os: [system], cpu: [words[at + 1] ?? system], ...libc(words) }
    added++
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
console.log(`added ${added} platform packages`)
