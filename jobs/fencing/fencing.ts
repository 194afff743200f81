import { setTimeout as delay } from 'node:timers/promises'
import type { CallControl } from '../../server/model/call-control.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { agentFor } from './agents.ts'
import type { FenceTarget } from './agents.ts'
import { cutOff, isCutOff, letIn } from './ceph.ts'
import type { CephCluster, Run } from './ceph.ts'
import { runAgent, runProgram } from './run-program.ts'

export type HostPower = 'on' | 'off'

/**
 * Switches hosts off from outside, or has their storage cut them off. Errors: KloudakError; whatever is thrown, the host may
 * be on or off.
 */
export interface Fencing {
  /** What the device says of the host. For storage "off" is: nobody there can write. */
  status(target: FenceTarget, control: CallControl): Promise<HostPower>
  /** Switches the host off. That it is off is only known once `status` says so. */
  off(target: FenceTarget, control: CallControl): Promise<void>
  /** Storage serves the host again. Others are switched on by people. */
  letIn(target: FenceTarget, control: CallControl): Promise<void>
}

/** Hosts that exist in this process alone. */
export interface SimulatedPower { hasPower(host: FenceTarget['host']): boolean; cut(host: FenceTarget['host']): void }

// Agents wait for the power to go by themselves; the longest of them is cut off after this.
const statusMs = 15_000
const offMs = 45_000
/** What agents answer to `status`. */
const exit = { on: 0, off: 2 } as const

/** For tests: of what Ceph does not do by itself, and how long its news take. */
export interface FencingOptions { run?: Run; spreadMs?: number }

export function fencingOf(simulated: SimulatedPower, { run = runProgram, spreadMs = 3_000 }: FencingOptions = {}): Fencing {
  const ask = async (target: FenceTarget, action: 'status' | 'off', timeoutMs: number, control: CallControl) => {
    const agent = agentFor(target, action)
    if (!agent) throw new KloudakError('WRONG_STATE', 'No program can ask this device: a person switches the host off, and says so.', { remedy: 'Confirm that the host is off with confirmHostDown.' })
    // As late as can be: a worker that was held up may no longer switch anything.
    control.beforeCall()
    return runAgent({ ...agent, timeoutMs, signal: control.signal })
  }
  const onClusters = async ({ address, clusters, host }: FenceTarget, control: CallControl, work: (cluster: CephCluster, address: string) => Promise<void>) => {
    if (address === null || clusters.length === 0) throw new KloudakError('WRONG_STATE', `The area of ${host.name} has no pool in Ceph.`, { remedy: 'Ceph cuts off hosts whose VMs have their disks there.' })
    for (const cluster of clusters) { control.beforeCall(); await work(cluster, address) }
  }
  return {
    async status(target, control) {
      if (target.kind === 'ceph') {
        let everywhere = true
        await onClusters(target, control, async (cluster, address) => { everywhere &&= await isCutOff(run, cluster, address, control.signal) })
        return everywhere ? 'off' : 'on'
      }
      if (target.kind === 'simulated') { control.beforeCall(); return simulated.hasPower(target.host) ? 'on' : 'off' }
      const { code, said } = await ask(target, 'status', statusMs, control)
      if (code === exit.on) return 'on'
      if (code === exit.off) return 'off'
      throw new KloudakError('UNAVAILABLE', `The fence device of ${target.host.name} cannot say whether it is on${said ? `: ${said}` : '.'}`)
    },
    async off(target, control) {
      if (target.kind === 'ceph') {
        await onClusters(target, control, (cluster, address) => cutOff(run, cluster, address, control.signal))
        // OSDs that no new client asks hear of it from each other.
        await delay(spreadMs, undefined, { signal: control.signal }).catch(() => { throw new KloudakError('CANCELLED', 'Stopped while Ceph was cutting the host off.') })
        return
      }
      if (target.kind === 'simulated') { control.beforeCall(); simulated.cut(target.host); return }
      const { code, said } = await ask(target, 'off', offMs, control)
      if (code !== 0) throw new KloudakError('UNAVAILABLE', `The fence device of ${target.host.name} did not switch it off${said ? `: ${said}` : '.'}`)
    },
    async letIn(target, control) {
      if (target.kind === 'ceph') await onClusters(target, control, (cluster, address) => letIn(run, cluster, address, control.signal))
    },
  }
}
