// What a lab remembers on disk, and the names that follow from it. Everything else (which hosts run, which links
// are cut) is read from the kernel each time, so that no file can tell a different story.
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LabError } from './errors.ts'

/** `bare`: as a machine is that nobody has prepared for Kloudak. */
export interface HostRecord { index: number; hostUuid: string; bare?: true }
export interface LabState {
  version: 1
  name: string
  /** Six hex digits, from the folder: part of every name that this lab shows to the rest of the machine. */
  id: string
  /** The first three bytes of the management network, as '10.77.3'; undefined until it was claimed. */
  network?: string
  hosts: HostRecord[]
}

export const links = ['mgmt', 'public', 'trunk', 'storage'] as const
export type Link = (typeof links)[number]

/** Where a lab lives unless told otherwise: `lab/<name>` in the data folder. */
export function defaultFolder(name: string): string {
  return resolve(process.env.KLOUDAK_DATA ?? fileURLToPath(new URL('../.kloudak', import.meta.url)), 'lab', name)
}

export function readState(folder: string): LabState | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'lab.json'), 'utf8')) as LabState
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new LabError('not_found', `${folder}/lab.json cannot be read`, { cause: error })
  }
}

/** Writes by rename, so that a crash leaves the old state or the new one. */
export function writeState(folder: string, state: LabState): void {
  writeFileSync(join(folder, 'lab.json.new'), `${JSON.stringify(state, null, 2)}\n`)
  renameSync(join(folder, 'lab.json.new'), join(folder, 'lab.json'))
}

export function newState(folder: string, name: string): LabState {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name)) throw new LabError('not_found', `a lab's name is made of a-z, 0-9 and -, at most 40 of them: ${JSON.stringify(name)}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return { version: 1, name, id: labId(folder), hosts: [] }
}

export const labId = (folder: string): string => createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 6)

export const newHostRecord = (index: number, bare: boolean): HostRecord => ({ index, hostUuid: randomUUID(), ...(bare ? { bare } : {}) })

export const hostName = (index: number): string => `hv${index}`
export const hostFolder = (folder: string, index: number): string => join(folder, 'hosts', hostName(index))
export const managementAddress = (state: LabState, index: number): string => `${state.network}.${10 + index}`
export const storageAddress = (index: number): string => `10.200.0.${10 + index}`

/** Where guest images are kept unless told otherwise: `images` in the data folder. */
export function defaultImageFolder(): string {
  return resolve(process.env.KLOUDAK_DATA ?? fileURLToPath(new URL('../.kloudak', import.meta.url)), 'images')
}
