// Live migration, version 3 with typed parameters, and the job that it runs as.
//
// Client-driven: Begin on the source, Prepare on the destination, Perform on the source, Finish on the
// destination, Confirm on the source; every cookie goes on as it came. When Perform fails: Finish with
// `cancelled` and no Confirm. When Prepare fails: Confirm with `cancelled`.
// Peer to peer is Perform alone, with `destinationUri` and an empty cookie.
import { bool, i32, opaque, u64 } from '../../xdr/primitives.ts'
import { domain, flags, nullableText, remote, text } from './types.ts'
import { typedParams } from './typed-params.ts'

const params = typedParams(64)
const cookie = opaque(4 * 1024 * 1024)

export const migrationProcedures = {
  DomainMigrateBegin3Params: remote(302, { domain, params, flags }, { cookieOut: cookie, xml: text }),
  DomainMigratePrepare3Params: remote(303, { params, cookieIn: cookie, flags }, { cookieOut: cookie, uriOut: nullableText }),
  DomainMigratePerform3Params: remote(305, { domain, destinationUri: nullableText, params, cookieIn: cookie, flags }, { cookieOut: cookie }),
  DomainMigrateFinish3Params: remote(306, { params, cookieIn: cookie, flags, cancelled: bool }, { domain, cookieOut: cookie }),
  DomainMigrateConfirm3Params: remote(307, { domain, params, cookieIn: cookie, flags, cancelled: bool }),
  DomainMigrateSetMaxDowntime: remote(166, { domain, downtimeMs: u64, flags }),
  DomainMigrateSetMaxSpeed: remote(207, { domain, bandwidthMiBPerSecond: u64, flags }),
  DomainMigrateStartPostCopy: remote(364, { domain, flags }),
  /** `type` is one of `jobType`. */
  DomainGetJobStats: remote(298, { domain, flags }, { type: i32, params }),
  DomainAbortJob: remote(164, { domain }),
  /** Since libvirt 8.5. */
  DomainAbortJobFlags: remote(442, { domain, flags }),
}
