// Storage pools and volumes. Sizes in bytes.
import { bool, i8, u32, u64, u8, uuid } from '../../xdr/primitives.ts'
import { flags, needResults, pool, pools, remote, text, volume, volumes } from './types.ts'

export const storageProcedures = {
  ConnectListAllStoragePools: remote(281, { needResults, flags }, { pools, count: u32 }),
  StoragePoolLookupByName: remote(84, { name: text }, { pool }),
  StoragePoolLookupByUuid: remote(85, { uuid }, { pool }),
  StoragePoolDefineXml: remote(77, { xml: text, flags }, { pool }),
  StoragePoolBuild: remote(79, { pool, flags }),
  StoragePoolCreate: remote(78, { pool, flags }),
  StoragePoolDestroy: remote(80, { pool }),
  StoragePoolUndefine: remote(82, { pool }),
  StoragePoolRefresh: remote(83, { pool, flags }),
  StoragePoolSetAutostart: remote(90, { pool, autostart: bool }),
  /** `state` is one of `poolState`. */
  StoragePoolGetInfo: remote(87, { pool }, { state: u8, capacityBytes: u64, allocationBytes: u64, availableBytes: u64 }),
  StoragePoolGetXmlDesc: remote(88, { pool, flags }, { xml: text }),
  StoragePoolListAllVolumes: remote(282, { pool, needResults, flags }, { volumes, count: u32 }),

  /** A qcow2 volume is version 2 unless its XML says `<compat>1.1</compat>`. */
  StorageVolCreateXml: remote(93, { pool, xml: text, flags }, { volume }),
  StorageVolCreateXmlFrom: remote(125, { pool, xml: text, source: volume, flags }, { volume }),
  StorageVolDelete: remote(94, { volume, flags }),
  StorageVolResize: remote(260, { volume, capacityBytes: u64, flags }),
  StorageVolWipe: remote(165, { volume, flags }),
  StorageVolWipePattern: remote(259, { volume, algorithm: u32, flags }),
  /** `type` is one of `volumeType`. */
  StorageVolGetInfo: remote(98, { volume }, { type: i8, capacityBytes: u64, allocationBytes: u64 }),
  StorageVolGetXmlDesc: remote(99, { volume, flags }, { xml: text }),
  StorageVolGetPath: remote(100, { volume }, { path: text }),
  StorageVolLookupByName: remote(95, { pool, name: text }, { volume }),
  StorageVolLookupByPath: remote(97, { path: text }, { volume }),
}
