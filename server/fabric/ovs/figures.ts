import type { FileSystem, HostFigures, LoadAverages } from '../../model/host-figures.ts'
import { defineTable, mapOf } from '../../wire/ovsdb/column.ts'
import { mutate, select } from '../../wire/ovsdb/operation.ts'

/**
 * What the switch tells of its host, brought up to date every five seconds: ovs-vswitchd.conf.db(5), `statistics`. It is
 * asked for and not followed, as counters are.
 */
const systemTable = defineTable('Open_vSwitch', { other_config: mapOf('string', 'string'), statistics: mapOf('string', 'string') })
const setting = 'enable-statistics'

export const figuresQuestion = select(systemTable, [])
/** A key that is there already stays as it is (RFC 7047, 5.1), whoever wrote it: `false` for one, by an operator. */
export const figuresRequest = mutate(systemTable, [], [['other_config', 'insert', new Map([[setting, 'true']])]])

/** What was found; `undecided` when nobody has ever said whether the switch shall tell. */
export function figuresOf(found: readonly { row: { other_config: Map<string, string>; statistics: Map<string, string> } }[]): HostFigures | 'undecided' {
  const { other_config: config, statistics } = found[0]?.row ?? {}
  if (!config?.has(setting)) return 'undecided'
  return { load: loadOf(statistics?.get('load_average')), fileSystems: fileSystemsOf(statistics?.get('file_systems')) }
}

const load = /^(\d{1,7}(?:\.\d{1,6})?),(\d{1,7}(?:\.\d{1,6})?),(\d{1,7}(?:\.\d{1,6})?)$/

/** `0.88,0.81,1.70`. */
export function loadOf(text: string | undefined): LoadAverages | null {
  const found = text === undefined ? null : load.exec(text)
  return found && { load1: Number(found[1]), load5: Number(found[2]), load15: Number(found[3]) }
}

/** A host with more of them than that is not told whole. */
const mostFileSystems = 64
const mostText = 65_536
/** In KiB, less than an exabyte: their bytes are whole numbers still. */
const fileSystem = /^(\/[^,]{0,1023}),(\d{1,12}),(\d{1,12})$/

/**
 * `/,264212084,33084648 /srv/pool,1000,10`: mount point, size and what is in use. The switch writes spaces and commas of
 * a mount point as `_`; so are control characters here. Of several with one name the fullest is told; what makes no sense
 * is left out.
 */
export function fileSystemsOf(text: string | undefined): FileSystem[] | null {
  if (text === undefined || text.length > mostText) return null
  const found = new Map<string, FileSystem>()
  for (const entry of text.split(' ')) {
    const [, path, size, used] = fileSystem.exec(entry) ?? []
    if (path === undefined) continue
    const one = { mountPoint: path.toWellFormed().replaceAll(/\p{Cc}/gu, '_'), sizeBytes: Number(size) * 1_024, usedBytes: Number(used) * 1_024 }
    if (one.sizeBytes === 0 || one.usedBytes > one.sizeBytes) continue
    const known = found.get(one.mountPoint)
    if (!known || one.usedBytes * known.sizeBytes > known.usedBytes * one.sizeBytes) found.set(one.mountPoint, one)
  }
  return found.size === 0 ? null : [...found.values()].slice(0, mostFileSystems)
}
