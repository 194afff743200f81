import type { FenceDeviceKind, FenceOptions } from '../../server/model/fence.ts'
import type { CephCluster } from './ceph.ts'

/** A device with all that is needed to ask it. */
export interface FenceTarget {
  kind: FenceDeviceKind
  host: { id: string; areaId: string; name: string }
  address: string | null
  port: number | null
  username: string | null
  password: string | null
  options: FenceOptions
  /** Ceph: those in which its area has pools. */
  clusters: readonly CephCluster[]
}

type Parameters = Record<string, string | number>
interface Agent { path: string; parameters(options: FenceOptions): Parameters }

/** The agents that may be run, each with what it needs beside address and sign-in. No other program ever is. */
const agents: Partial<Record<FenceDeviceKind, Agent>> = {
  ipmi: { path: '/usr/sbin/fence_ipmilan', parameters: ({ cipher = 17 }) => ({ lanplus: 1, cipher, method: 'onoff' }) },
  redfish: { path: '/usr/sbin/fence_redfish', parameters: ({ insecure, plug }) => ({ ssl_secure: insecure ? 0 : 1, ssl_insecure: insecure ? 1 : 0, ...(plug && { plug }) }) },
  libvirt: { path: '/usr/sbin/fence_virsh', parameters: ({ plug }) => ({ ...(plug && { plug }) }) },
}

/** What is given to the agent of this device for the action; undefined for a kind that no agent serves. */
export function agentFor({ kind, address, port, username, password, options }: FenceTarget, action: 'status' | 'off'): { path: string; parameters: Parameters } | undefined {
  const agent = agents[kind]
  return agent && {
    path: agent.path,
    parameters: {
      action, ...(address && { ip: address }), ...(port && { ipport: port }), ...(username && { username }), ...(password !== null && { password }),
      login_timeout: 5, shell_timeout: 5, power_timeout: 20, ...agent.parameters(options),
    },
  }
}
