import { KloudakError } from '../../model/errors.ts'
import type { HostFacts } from '../driver.ts'
import type { Calls } from './calls.ts'
import { readCapabilities, readDomainCapabilities, versionText } from './facts-read.ts'
import { kvmRunsGuests } from './probe.ts'

/** A chipset whose versions QEMU keeps for years, so that a VM of today starts on a host of tomorrow. */
const chipset = 'q35'

/** What the host says of itself, and whether KVM really runs guests on it. Takes a second or more: for callers to keep. */
export async function hostFacts(calls: Calls): Promise<HostFacts> {
  const [{ hostname }, { version: qemu }, { version: libvirt }, { xml }, { cpus }, memory] = await Promise.all([
    calls.quick('ConnectGetHostname', {}), calls.quick('ConnectGetVersion', {}), calls.quick('ConnectGetLibVersion', {}),
    calls.quick('ConnectGetCapabilities', {}), calls.quick('NodeGetInfo', {}), memoryOf(calls),
  ])
  const { hostUuid, architecture, emulator, offersKvm } = readCapabilities(xml)
  const guest = async (virtType: 'kvm' | 'qemu') => {
    const reply = await calls.job('ConnectGetDomainCapabilities', { emulator, arch: architecture, machine: chipset, virtType })
    return { domainType: virtType, ...readDomainCapabilities(reply.xml) }
  }
  const kvm = offersKvm ? await guest('kvm') : undefined
  const chosen = kvm?.cpuModel !== undefined && await kvmRunsGuests(calls, { architecture, emulator, machineType: kvm.machineType, cpuModel: kvm.cpuModel }) ? kvm : await guest('qemu')
  const { domainType, machineType, cpuModel } = chosen
  if (cpuModel === undefined) throw new KloudakError('INTERNAL', `The host ${hostname} can run none of the known processor models.`)
  return {
    hostname, hostUuid, libvirtVersion: versionText(libvirt), qemuVersion: versionText(qemu), domainType, architecture, emulator, machineType, cpuModel,
    cpus, ...memory,
  }
}

/** Free is what guests could take: the kernel gives its caches back when asked. (The sum over NUMA cells may miss memory that was added later.) */
async function memoryOf(calls: Calls): Promise<{ memoryBytes: number; freeMemoryBytes: number }> {
  const allCells = -1
  const { count } = await calls.quick('NodeGetMemoryStats', { count: 0, cell: allCells })
  const { stats } = await calls.quick('NodeGetMemoryStats', { count, cell: allCells })
  const bytes = (...fields: string[]) => stats.filter(({ field }) => fields.includes(field)).reduce((sum, { value }) => sum + Number(value) * 1024, 0)
  return { memoryBytes: bytes('total'), freeMemoryBytes: bytes('free', 'buffers', 'cached') }
}
