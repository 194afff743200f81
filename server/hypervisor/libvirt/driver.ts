import type { Duplex } from 'node:stream'
import type { KeepaliveOptions } from '../../wire/libvirt/keepalive.ts'
import { LibvirtPool } from '../../wire/libvirt/pool.ts'
import type { CallControl, HypervisorDriver, HypervisorHost } from '../driver.ts'
import type { MigrationAbility } from '../migration.ts'
import { callsOf } from './calls.ts'
import { consolesOf } from './consoles.ts'
import { cutOffOf } from './cut-off.ts'
import { piecesWithContractErrors, withContractErrors } from './errors.ts'
import { watchHost } from './events.ts'
import { hostFacts } from './facts.ts'
import { flattenOf } from './flatten.ts'
import { guestNetworkOf } from './guest-network.ts'
import { guestOf } from './guest.ts'
import { interfacesOf } from './interfaces.ts'
import { machinesOf } from './machines.ts'
import { migrationOf } from './migration.ts'
import { poolsOf } from './pools.ts'
import { powerOver } from './power.ts'
import { statsOf } from './stats.ts'
import { volumesOf } from './volumes.ts'

export interface LibvirtHostOptions {
  /** For messages to people. */
  name: string
  /** Reaches libvirt's socket for calls and events: a unix socket here, or an ssh channel to the one there. */
  dialLibvirt: () => Promise<Duplex>
  /** The same for uploads, downloads and consoles, which must not hold up calls; `dialLibvirt` when not given. */
  dialLibvirtBulk?: () => Promise<Duplex>
  /** Reaches another unix socket of the host: a guest's screen. */
  dialUnix: (path: string) => Promise<Duplex>
  /** Whether the host could reach an address; undefined when that cannot be told, as always when this is not given. */
  hasWayTo?: MigrationAbility['hasWayTo'] | undefined
  /** `qemu:///system` unless told. */
  uri?: string
  /** A silent host is lost after (count + 1) * intervalMs; 1 s times 4 unless told. */
  keepalive?: KeepaliveOptions
}

/** A host whose libvirt can be dialled. Nothing is dialled before the first call; what is lost is dialled anew by the next. */
export function openLibvirtHost({ name, dialLibvirt, dialLibvirtBulk, dialUnix, hasWayTo = async () => undefined, uri = 'qemu:///system', keepalive = { intervalMs: 1_000, count: 3 } }: LibvirtHostOptions): HypervisorHost {
  const pool = new LibvirtPool({ dial: dialLibvirt, dialStream: dialLibvirtBulk ?? dialLibvirt, uri, keepalive })
  const watches = new Set<() => Promise<void>>()
  return {
    bind: (control) => bind(pool, control, { name, dialUnix, hasWayTo }, watches),
    async close() {
      await Promise.all([...watches].map((stop) => stop()))
      await pool.close()
    },
  }
}

function bind(pool: LibvirtPool, control: CallControl, { name, dialUnix, hasWayTo }: Pick<LibvirtHostOptions, 'name' | 'dialUnix'> & Pick<MigrationAbility, 'hasWayTo'>, watches: Set<() => Promise<void>>): HypervisorDriver {
  const calls = callsOf(pool, control)
  const { streamVolume, ...volumes } = volumesOf(calls)
  const verbs = withContractErrors<Omit<HypervisorDriver, 'streamVolume'>>({
    facts: () => hostFacts(calls),
    ...poolsOf(calls),
    ...volumes,
    ...machinesOf(calls),
    ...cutOffOf(calls),
    ...powerOver(calls),
    ...interfacesOf(calls),
    ...guestOf(calls),
    ...guestNetworkOf(pool, calls),
    ...flattenOf(calls),
    ...consolesOf(calls, dialUnix),
    ...migrationOf(pool, calls, name, hasWayTo),
    ...statsOf(calls),
    async watch(listener) {
      const end = await watchHost(pool, control, listener)
      const stop = async () => { watches.delete(stop); await end() }
      watches.add(stop)
      return stop
    },
  }, name)
  return { ...verbs, streamVolume: (...asked) => piecesWithContractErrors(streamVolume(...asked), name) }
}
