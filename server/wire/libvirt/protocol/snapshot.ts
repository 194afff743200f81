// Snapshots, checkpoints and backups.
import { i32 } from '../../xdr/primitives.ts'
import { checkpoint, checkpoints, domain, flags, needResults, nullableText, remote, snapshot, snapshots, text } from './types.ts'

export const snapshotProcedures = {
  DomainSnapshotCreateXml: remote(185, { domain, xml: text, flags }, { snapshot }),
  DomainSnapshotGetXmlDesc: remote(186, { snapshot, flags }, { xml: text }),
  DomainSnapshotLookupByName: remote(189, { domain, name: text, flags }, { snapshot }),
  DomainRevertToSnapshot: remote(192, { snapshot, flags }),
  DomainSnapshotDelete: remote(193, { snapshot, flags }),
  DomainListAllSnapshots: remote(274, { domain, needResults, flags }, { snapshots, count: i32 }),

  DomainCheckpointCreateXml: remote(411, { domain, xml: text, flags }, { checkpoint }),
  DomainCheckpointDelete: remote(417, { checkpoint, flags }),
  DomainListAllCheckpoints: remote(413, { domain, needResults, flags }, { checkpoints, count: i32 }),

  DomainBackupBegin: remote(421, { domain, backupXml: text, checkpointXml: nullableText, flags }),
  DomainBackupGetXmlDesc: remote(422, { domain, flags }, { xml: text }),
}
