import type { CallControl } from '../../server/model/call-control.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { agentFor } from './agents.ts'
import type { FenceTarget } from './agents.ts'
import { runAgent } from './run-agent.ts'

export type HostPower = 'on' | 'off'

/** Switches hosts off from outside. Errors: KloudakError; whatever is thrown, the host may be on or off. */
export interface Fencing {
  /** What the device says of the host. */
  status(target: FenceTarget, control: CallControl): Promise<HostPower>
  /** Switches the host off. That it is off is only known once `status` says so. */
  off(target: FenceTarget, control: CallControl): Promise<void>
}

/** Hosts that exist in this process alone. */
export interface SimulatedPower { hasPower(host: FenceTarget['host']): boolean; cut(host: FenceTarget['host']): void }

// Agents wait for the power to go by themselves; the longest of them is cut off after this.
const statusMs = 15_000
const offMs = 45_000
/** What agents answer to `status`. */
const exit = { on: 0, off: 2 } as const

export function fencingOf(simulated: SimulatedPower): Fencing {
  const ask = async (target: FenceTarget, action: 'status' | 'off', timeoutMs: number, control: CallControl) => {
    const agent = agentFor(target, action)
    if (!agent) throw new KloudakError('WRONG_STATE', 'No program can ask this device: a person switches the host off, and says so.', { remedy: 'Confirm that the host is off with confirmHostDown.' })
    // As late as can be: a worker that was held up may no longer switch anything.
    control.beforeCall()
    return runAgent({ ...agent, timeoutMs, signal: control.signal })
  }
  return {
    async status(target, control) {
      if (target.kind === 'simulated') { control.beforeCall(); return simulated.hasPower(target.host) ? 'on' : 'off' }
      const { code, said } = await ask(target, 'status', statusMs, control)
      if (code === exit.on) return 'on'
      if (code === exit.off) return 'off'
      throw new KloudakError('UNAVAILABLE', `The fence device of ${target.host.name} cannot say whether it is on${said ? `: ${said}` : '.'}`)
    },
    async off(target, control) {
      if (target.kind === 'simulated') { control.beforeCall(); simulated.cut(target.host); return }
      const { code, said } = await ask(target, 'off', offMs, control)
      if (code !== 0) throw new KloudakError('UNAVAILABLE', `The fence device of ${target.host.name} did not switch it off${said ? `: ${said}` : '.'}`)
    },
  }
}
