import { setTimeout as delay } from 'node:timers/promises'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import type { LibvirtPool } from '../../wire/libvirt/pool.ts'
import type { Args, CallName, Reply, StreamName } from '../../wire/libvirt/protocol/procedures.ts'
import type { DomainRef, VolumeRef } from '../../wire/libvirt/protocol/types.ts'
import type { LibvirtStream } from '../../wire/libvirt/stream.ts'
import type { CallControl, PoolRef } from '../driver.ts'
import { domainName } from './domain-xml.ts'
import { refusedWith } from './errors.ts'

const busyPollMs = 50

/** Libvirt's calls under one piece of work: the control is asked right before each request leaves, and bounds its time. */
export interface Calls {
  control: CallControl
  /** For what answers at once. */
  quick<N extends CallName>(name: N, args: Args<N>): Promise<Reply<N>>
  /** For what may take long or wait for another operation on the same object. */
  job<N extends CallName>(name: N, args: Args<N>): Promise<Reply<N>>
  /** For statistics, on a connection of their own. */
  stats<N extends CallName>(name: N, args: Args<N>): Promise<Reply<N>>
  /** For what takes as long as the disk is big. The control is asked again and again while it runs. */
  endless<N extends CallName>(name: N, args: Args<N>): Promise<Reply<N>>
  /** A transfer may take as long as it moves: the control's time bounds its opening and each silence of the host. */
  openStream<N extends StreamName>(name: N, args: Args<N>): Promise<LibvirtStream<Reply<N>>>
}

export function callsOf(pool: LibvirtPool, control: CallControl): Calls {
  const beforeSend = () => { control.beforeCall() }
  const bounded = { timeoutMs: control.timeoutMs, signal: control.signal, beforeSend }
  return {
    control,
    quick: (name, args) => pool.call(name, args, bounded),
    job: (name, args) => pool.job(name, args, bounded),
    stats: (name, args) => pool.stats(name, args, bounded),
    async endless(name, args) {
      const lostRight = new AbortController()
      const watch = setInterval(() => { try { control.beforeCall() } catch (error) { lostRight.abort(error) } }, control.timeoutMs)
      const signal = control.signal ? AbortSignal.any([control.signal, lostRight.signal]) : lostRight.signal
      try { return await pool.job(name, args, { signal, beforeSend }) } finally { clearInterval(watch) }
    },
    openStream: (name, args) => pool.openStream(name, args, { ...bounded, idleTimeoutMs: control.timeoutMs }),
  }
}

/**
 * A domain by its UUID, which alone identifies it; libvirt asks for a name and an id too and looks at neither.
 */
export function domainRef(domainUuid: string): DomainRef {
  return { name: domainName(domainUuid), uuid: domainUuid, id: -1 }
}

/** A volume by pool and name; the key is for people. */
export function volumeRef(pool: PoolRef, name: string): VolumeRef {
  return { pool: pool.name, name, key: `${pool.path}/${name}` }
}

/**
 * Repeats an act on a volume or pool as long as libvirt says that it is in use: after an upload its own refresh
 * lingers for a moment. Ends with that refusal when the control's time has passed.
 */
export async function whenFree<T>(calls: Calls, codes: readonly number[], act: () => Promise<T>, forMs = calls.control.timeoutMs): Promise<T> {
  const end = performance.now() + forMs
  for (;;) {
    try { return await act() } catch (error) {
      if (!refusedWith(error, ...codes) || performance.now() >= end || calls.control.signal?.aborted) throw error
    }
    await delay(busyPollMs)
  }
}

export const inUse = [errorCode.OPERATION_INVALID, errorCode.RESOURCE_BUSY] as const
