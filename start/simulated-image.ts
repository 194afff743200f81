import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MiB } from '../server/model/units.ts'

/** One MiB of nothing: simulated hosts store what they are given, and nothing boots from it. */
export function simulatedImage(dataFolder: string) {
  const folder = join(dataFolder, 'images')
  const path = join(folder, 'simulated.raw')
  const content = Buffer.alloc(MiB)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, content)
  return { path, sha256: createHash('sha256').update(content).digest('hex'), format: 'raw' as const, sizeBytes: content.length, virtualSizeBytes: content.length }
}
