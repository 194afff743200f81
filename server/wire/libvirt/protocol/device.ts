// Secrets and the host's devices.
import { list, struct } from '../../xdr/composites.ts'
import { opaque, u32, uuid } from '../../xdr/primitives.ts'
import { flags, needResults, remote, secret, secrets, text } from './types.ts'

const nodeDevice = struct({ name: text })

export const deviceProcedures = {
  ConnectListAllSecrets: remote(287, { needResults, flags }, { secrets, count: u32 }),
  SecretLookupByUuid: remote(141, { uuid }, { secret }),
  SecretDefineXml: remote(142, { xml: text, flags }, { secret }),
  SecretSetValue: remote(144, { secret, value: opaque(65_536), flags }),
  SecretUndefine: remote(146, { secret }),

  ConnectListAllNodeDevices: remote(285, { needResults, flags }, { devices: list(nodeDevice, 65_536), count: u32 }),
  NodeDeviceGetXmlDesc: remote(114, { name: text, flags }, { xml: text }),
}
