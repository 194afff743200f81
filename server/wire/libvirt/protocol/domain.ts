// A domain's life, its description, and changing it while it runs.
import { bool, i32, u16, u32, u64, u8, uuid } from '../../xdr/primitives.ts'
import { domain, domains, flags, needResults, nullableText, remote, text } from './types.ts'
import { typedParams } from './typed-params.ts'

const maxTuningParams = 16

export const domainProcedures = {
  ConnectListAllDomains: remote(273, { needResults, flags }, { domains, count: u32 }),
  DomainLookupByName: remote(23, { name: text }, { domain }),
  DomainLookupByUuid: remote(24, { uuid }, { domain }),
  DomainDefineXmlFlags: remote(350, { xml: text, flags }, { domain }),
  /** Starts a transient domain. */
  DomainCreateXml: remote(10, { xml: text, flags }, { domain }),
  /** Starts a defined domain; the reply's `domain.id` is its new one. */
  DomainCreateWithFlags: remote(196, { domain, flags }, { domain }),
  /** Ends it at once, as a pulled plug. */
  DomainDestroyFlags: remote(234, { domain, flags }),
  DomainUndefineFlags: remote(231, { domain, flags }),
  /** Asks the guest; it may refuse. */
  DomainShutdownFlags: remote(258, { domain, flags }),
  DomainReboot: remote(27, { domain, flags }),
  DomainReset: remote(245, { domain, flags }),
  DomainSuspend: remote(34, { domain }),
  DomainResume: remote(28, { domain }),
  DomainManagedSave: remote(182, { domain, flags }),
  DomainHasManagedSaveImage: remote(183, { domain, flags }, { result: bool }),
  DomainManagedSaveRemove: remote(184, { domain, flags }),
  DomainSetAutostart: remote(29, { domain, autostart: bool }),

  DomainGetXmlDesc: remote(14, { domain, flags }, { xml: text }),
  /** `state` is one of `domainState`; `reason` depends on it. Answered even while a job holds the domain. */
  DomainGetState: remote(212, { domain, flags }, { state: i32, reason: i32 }),
  /** Waits for a job on the domain: poll `DomainGetState` instead. */
  DomainGetInfo: remote(16, { domain }, { state: u8, maxMemoryKiB: u64, memoryKiB: u64, vcpus: u16, cpuTimeNs: u64 }),
  /** `type` is one of `metadataType`; a null `metadata` removes the element of that `uri`. */
  DomainSetMetadata: remote(264, { domain, type: i32, metadata: nullableText, key: nullableText, uri: nullableText, flags }),
  DomainGetMetadata: remote(265, { domain, type: i32, uri: nullableText, flags }, { metadata: text }),

  DomainAttachDeviceFlags: remote(160, { domain, xml: text, flags }),
  /** Answers when the request is made; the device is gone with the event `deviceRemoved`. */
  DomainDetachDeviceFlags: remote(161, { domain, xml: text, flags }),
  DomainUpdateDeviceFlags: remote(174, { domain, xml: text, flags }),
  DomainDetachDeviceAlias: remote(392, { domain, alias: text, flags }),
  DomainSetVcpusFlags: remote(199, { domain, vcpus: u32, flags }),
  DomainSetMemoryFlags: remote(204, { domain, memoryKiB: u64, flags }),
  DomainSetSchedulerParametersFlags: remote(219, { domain, params: typedParams(maxTuningParams), flags }),
  DomainSetInterfaceParameters: remote(256, { domain, device: text, params: typedParams(maxTuningParams), flags }),
}
