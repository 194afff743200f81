import type { DiskSpec } from '../driver.ts'
import { monitorElement } from './pool-xml.ts'
import type { XmlElement } from './xml.ts'
import { element } from './xml.ts'

/** How a domain's disk names its volume: a file, or of Ceph a device that QEMU reaches by itself, with a key that libvirt keeps. */
export function diskSource({ pool, volume }: Pick<DiskSpec, 'pool' | 'volume'>): { type: 'file' | 'network'; source: XmlElement } {
  const rbd = pool.source?.kind === 'rbd' ? pool.source : undefined
  if (!rbd) return { type: 'file', source: element('source', { file: `${pool.path}/${volume}` }) }
  return {
    type: 'network',
    source: element('source', { protocol: 'rbd', name: `${rbd.pool}/${volume}` },
      rbd.monitors.map(monitorElement),
      element('auth', { username: rbd.user }, element('secret', { type: 'ceph', uuid: rbd.secretUuid }))),
  }
}
