import { element, find, readXml, textOf, writeXml } from './xml.ts'

export interface VolumeXmlSpec {
  name: string
  format: 'qcow2' | 'raw'
  capacityBytes: number
  /** Reserved at once; the rest is taken as it is written. */
  allocationBytes: number
  backing: { path: string; format: 'qcow2' | 'raw' } | undefined
}

export function volumeXml({ name, format, capacityBytes, allocationBytes, backing }: VolumeXmlSpec): string {
  return writeXml(element('volume', { type: 'file' },
    element('name', {}, name),
    element('capacity', { unit: 'bytes' }, String(capacityBytes)),
    element('allocation', { unit: 'bytes' }, String(allocationBytes)),
    // Without `compat` libvirt makes version 2, which has no persistent bitmaps and so no incremental backup.
    element('target', {}, element('format', { type: format }), format === 'qcow2' && element('compat', {}, '1.1')),
    backing && element('backingStore', {}, element('path', {}, backing.path), element('format', { type: backing.format })),
  ))
}

/** Of Ceph. Libvirt makes what has a source as a layer over that, of its size. */
export function rbdVolumeXml({ name, capacityBytes }: { name: string; capacityBytes: number }): string {
  return writeXml(element('volume', {}, element('name', {}, name), element('capacity', { unit: 'bytes' }, String(capacityBytes)), element('target', {}, element('format', { type: 'raw' }))))
}

export interface ObservedVolume { name: string; path: string; format: string; capacityBytes: number; allocationBytes: number; backingPath: string | undefined }

export function readVolume(xml: string): ObservedVolume {
  const root = readXml(xml)
  const name = textOf(find(root, 'name'))
  const path = textOf(find(root, 'target', 'path'))
  if (name === undefined || path === undefined) throw new Error('a volume without name or path')
  return {
    name, path,
    format: find(root, 'target', 'format')?.attributes['type'] ?? 'unknown',
    capacityBytes: bytesOf(textOf(find(root, 'capacity'))),
    allocationBytes: bytesOf(textOf(find(root, 'allocation'))),
    backingPath: textOf(find(root, 'backingStore', 'path')),
  }
}

function bytesOf(text: string | undefined): number {
  const bytes = Number(text)
  if (text === undefined || !Number.isSafeInteger(bytes) || bytes < 0) throw new Error(`not a size: ${text}`)
  return bytes
}
