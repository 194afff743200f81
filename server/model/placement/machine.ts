/** What a VM was born with, as far as it decides on which hosts it can run; what is left out, any host has. */
export interface MachineNeed { domainType?: 'kvm' | 'qemu' | undefined; architecture?: string | undefined; machineType?: string | undefined; cpuModel?: string | undefined }

/** What guests a host can run, as it said of itself. */
export interface HostMachine {
  domainType: 'kvm' | 'qemu'
  architecture: string
  /** The newest machine type of its QEMU, for example `pc-q35-7.2`. */
  machineType: string
  /** The processor model that it gives to guests of its own. */
  cpuModel: string
  /** All models that it can run whole; undefined when it has not said. */
  cpuModels?: readonly string[] | undefined
}

/** What of the need the host lacks, as the end of a sentence: `has no processor model EPYC`; undefined when it can run it. */
export function lackOf(need: MachineNeed, host: HostMachine): string | undefined {
  if (need.architecture !== undefined && need.architecture !== host.architecture) return `is no ${need.architecture} machine`
  if (need.domainType !== undefined && need.domainType !== host.domainType) return need.domainType === 'kvm' ? 'cannot run guests on its processor (KVM)' : 'runs guests on its processor only (KVM)'
  if (need.machineType !== undefined && !runsMachine(host.machineType, need.machineType)) return `has no machine type ${need.machineType}`
  if (need.cpuModel !== undefined && need.cpuModel !== host.cpuModel && !host.cpuModels?.includes(need.cpuModel)) return `cannot show guests the processor model ${need.cpuModel}`
  return undefined
}

/** A QEMU runs the versioned machine types of the ones before it: that is what the versions are for. */
function runsMachine(newest: string, wanted: string): boolean {
  if (newest === wanted) return true
  const [have, want] = [versioned(newest), versioned(wanted)]
  if (!have || !want || have.family !== want.family) return false
  return have.major > want.major || (have.major === want.major && have.minor >= want.minor)
}

function versioned(machineType: string): { family: string; major: number; minor: number } | undefined {
  const parts = /^(.+)-(\d+)\.(\d+)$/.exec(machineType)
  return parts ? { family: parts[1]!, major: Number(parts[2]), minor: Number(parts[3]) } : undefined
}
