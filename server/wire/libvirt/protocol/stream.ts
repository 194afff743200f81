// Procedures that open a stream: after their reply, data frames flow under the call's serial.
import { u32, u64 } from '../../xdr/primitives.ts'
import { domain, flags, nullableText, remote, streaming, volume } from './types.ts'

export const streamProcedures = {
  /** `lengthBytes` 0 means to the end. */
  StorageVolUpload: streaming('up', remote(208, { volume, offsetBytes: u64, lengthBytes: u64, flags })),
  StorageVolDownload: streaming('down', remote(209, { volume, offsetBytes: u64, lengthBytes: u64, flags })),
  /** `device` is an alias (`serial0`); without one the first console. */
  DomainOpenConsole: streaming('both', remote(201, { domain, device: nullableText, flags })),
  DomainOpenChannel: streaming('both', remote(296, { domain, channel: nullableText, flags })),
  DomainScreenshot: streaming('down', remote(211, { domain, screen: u32, flags }, { mimeType: nullableText })),
}
