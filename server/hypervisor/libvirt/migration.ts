import type { LibvirtConnection } from '../../wire/libvirt/connection.ts'
import { cpuCompare, domainState, jobOperation, jobType, pausedReason } from '../../wire/libvirt/constants.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { jobStatsFlag } from '../../wire/libvirt/flag-constants.ts'
import type { LibvirtPool } from '../../wire/libvirt/pool.ts'
import { paramsByName } from '../../wire/libvirt/protocol/typed-params.ts'
import { NotSent } from '../../wire/libvirt/errors.ts'
import type { MigrationAbility } from '../migration.ts'
import type { Calls } from './calls.ts'
import { domainRef } from './calls.ts'
import { refusedWith } from './errors.ts'
import { openArrival } from './migration-arrival.ts'
import { openDeparture } from './migration-departure.ts'
import { isActive } from './power-state.ts'
import { element, writeXml } from './xml.ts'

/** `host`: for messages to people. */
export function migrationOf(pool: LibvirtPool, calls: Calls, host: string, hasWayTo: MigrationAbility['hasWayTo']): MigrationAbility {
  return {
    async migrationStanding(domainUuid) {
      const domain = domainRef(domainUuid)
      try {
        const { state, reason } = await calls.quick('DomainGetState', { domain })
        if (!isActive(state)) return 'stopped'
        const job = await jobOf(calls, domainUuid)
        if (job === 'arriving') return 'arriving'
        if (job?.operation === jobOperation.MIGRATION_OUT) return 'leaving'
        const isHeld = state === domainState.PAUSED && (reason === pausedReason.MIGRATION || reason === pausedReason.STARTING_UP)
        return isHeld ? 'between' : 'here'
      } catch (error) {
        if (refusedWith(error, errorCode.NO_DOMAIN)) return 'absent'
        throw error
      }
    },

    departVm: async (domainUuid, options) => openDeparture(await dial(pool, calls), calls, host, domainUuid, options),

    receiveVm: async (letter, options) => openArrival(await dial(pool, calls), calls, host, letter, options),

    async hasWayTo(address) {
      calls.control.beforeCall()
      return hasWayTo(address)
    },

    async migrationProgress(domainUuid) {
      const job = await jobOf(calls, domainUuid)
      if (job === undefined || job === 'arriving' || job.operation !== jobOperation.MIGRATION_OUT) return undefined
      return { sentBytes: job.number('data_processed'), totalBytes: job.number('data_total') }
    },

    async migrationNumbers(domainUuid) {
      try {
        const { params } = await calls.quick('DomainGetJobStats', { domain: domainRef(domainUuid), flags: jobStatsFlag.COMPLETED | jobStatsFlag.KEEP_COMPLETED })
        const values = paramsByName(params)
        if (!values.has('time_elapsed')) return undefined
        return { durationMs: Number(values.get('time_elapsed')), downtimeMs: Number(values.get('downtime') ?? 0), bytes: Number(values.get('data_processed') ?? values.get('memory_processed') ?? 0) }
      } catch (error) {
        if (refusedWith(error, errorCode.NO_DOMAIN, errorCode.OPERATION_INVALID)) return undefined
        throw error
      }
    },

    async cancelMigration(domainUuid) {
      try { await calls.quick('DomainAbortJob', { domain: domainRef(domainUuid) }) } catch (error) {
        if (!refusedWith(error, errorCode.NO_DOMAIN, errorCode.OPERATION_INVALID)) throw error
      }
    },

    allowDowntime: (domainUuid, downtimeMs) => calls.quick('DomainMigrateSetMaxDowntime', { domain: domainRef(domainUuid), downtimeMs: BigInt(downtimeMs) }),

    async missingForMachine({ domainType, emulator, architecture, machineType, cpuModel }) {
      const cpuXml = writeXml(element('cpu', { mode: 'custom', match: 'exact' }, element('model', { fallback: 'forbid' }, cpuModel)))
      try {
        const { result } = await calls.job('ConnectCompareHypervisorCpu', { emulator, arch: architecture, machine: machineType, virtType: domainType, cpuXml })
        return result === cpuCompare.INCOMPATIBLE ? `${host} cannot give a guest the processor ${cpuModel}.` : undefined
      } catch (error) {
        if (refusedWith(error, errorCode.CPU_INCOMPATIBLE, errorCode.CONFIG_UNSUPPORTED, errorCode.INVALID_ARG, errorCode.INTERNAL_ERROR)) return `${host} cannot run machines of the type ${machineType} with the processor ${cpuModel}.`
        throw error
      }
    },
  }
}

/** A connection that ends with the work it is for: libvirt takes back what is half done on it when it goes. */
async function dial(pool: LibvirtPool, { control }: Calls): Promise<LibvirtConnection> {
  control.beforeCall()
  return pool.dedicated().catch((error: unknown) => { throw error instanceof NotSent ? error : new NotSent('ConnectOpen', 'closed', error) })
}

/** The domain's job, if it has one; of a migration that comes in libvirt tells nothing but that it may not be asked. */
async function jobOf(calls: Calls, domainUuid: string): Promise<'arriving' | { operation: number; number: (name: string) => number } | undefined> {
  try {
    const { type, params } = await calls.quick('DomainGetJobStats', { domain: domainRef(domainUuid) })
    const values = paramsByName(params)
    const operation = Number(values.get('operation') ?? 0)
    if (operation === jobOperation.MIGRATION_IN) return 'arriving'
    if (type === jobType.NONE) return undefined
    return { operation, number: (name) => Number(values.get(name) ?? 0) }
  } catch (error) {
    if (!refusedWith(error, errorCode.OPERATION_INVALID)) throw error
    // It stopped a moment ago, or it is coming in.
    const { state } = await calls.quick('DomainGetState', { domain: domainRef(domainUuid) })
    return isActive(state) ? 'arriving' : undefined
  }
}
