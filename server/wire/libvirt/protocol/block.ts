// A domain's disks: block jobs, resize, thresholds, throttling. `disk` is the target (`vda`) or the source path.
import { bool, i32, u64 } from '../../xdr/primitives.ts'
import { domain, flags, nullableText, remote, text } from './types.ts'
import { typedParams } from './typed-params.ts'

export const blockProcedures = {
  DomainBlockCopy: remote(345, { domain, disk: text, destinationXml: text, params: typedParams(16), flags }),
  /** Always name `base` and `top`: the defaults commit more than one expects. Bandwidth in MiB/s unless a flag says bytes. */
  DomainBlockCommit: remote(290, { domain, disk: text, base: nullableText, top: nullableText, bandwidth: u64, flags }),
  DomainBlockPull: remote(240, { domain, disk: text, bandwidth: u64, flags }),
  DomainBlockJobAbort: remote(237, { domain, disk: text, flags }),
  /** `found` is false when no job runs. The job is done copying when `current` equals `end`. */
  DomainGetBlockJobInfo: remote(238, { domain, disk: text, flags }, { found: bool, type: i32, bandwidth: u64, current: u64, end: u64 }),
  /** In KiB, or in bytes with flag 1. */
  DomainBlockResize: remote(251, { domain, disk: text, size: u64, flags }),
  DomainSetBlockThreshold: remote(386, { domain, device: text, thresholdBytes: u64, flags }),
  DomainSetBlockIoTune: remote(252, { domain, disk: text, params: typedParams(32), flags }),
  DomainGetBlockInfo: remote(194, { domain, disk: text, flags }, { allocationBytes: u64, capacityBytes: u64, physicalBytes: u64 }),
}
