// Plays, with ovs-vsctl, what others do to a switch: libvirt and the operator. Never what Kloudak does.
import type { Plug } from '../../server/fabric/contract.test-support.ts'

/** Runs ovs-vsctl against the switch and gives its output, trimmed. */
export type Tool = (...args: string[]) => Promise<string>

let lastTap = 0

/** The mount points of local file systems that can be written to, as Open vSwitch tells them: from the text of /proc/mounts. */
export function mountPointsIn(mounts: string): string[] {
  const local = mounts.split('\n').map((line) => line.split(' ')).filter(([source, , , options]) => source?.startsWith('/dev') && options?.split(',').includes('rw'))
  return [...new Set(local.map(([, path]) => path!.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8))).replaceAll(/[ ,\t\n]/g, '_')))]
}

export class OvsPlayer {
  readonly #tool: Tool
  readonly #tapSettings: string[]

  /** `tapSettings` go to each interface: where there is no tap device, they say what stands for it. */
  constructor(tool: Tool, tapSettings: string[] = []) {
    this.#tool = tool
    this.#tapSettings = tapSettings
  }

  /** Adds a port as libvirt's virNetDevOpenvswitchAddPort does, and returns the name of its interface. */
  async plug({ portId, mac, bridge, vlan, domainUuid }: Plug): Promise<string> {
    const tap = `vnet${lastTap++}`
    const settings = [`external-ids:attached-mac="${mac}"`, `external-ids:iface-id="${portId}"`, `external-ids:vm-id="${domainUuid}"`, 'external-ids:iface-status=active', ...this.#tapSettings]
    await this.#tool('--', '--if-exists', 'del-port', tap, '--', 'add-port', bridge, tap, ...(vlan === undefined ? [] : [`tag=${vlan}`]), ...settings.flatMap((setting) => ['--', 'set', 'Interface', tap, setting]))
    return tap
  }

  async taps(portId: string): Promise<string[]> {
    return (await this.#tool('--bare', '--columns=name', 'find', 'Interface', `external_ids:iface-id="${portId}"`)).split('\n').filter(Boolean)
  }

  /** What libvirt does when a guest stops. */
  async unplug(portId: string): Promise<void> {
    for (const tap of await this.taps(portId)) await this.#tool('--if-exists', 'del-port', tap)
  }

  async unplugAll(): Promise<void> {
    for (const row of (await this.#tool('--bare', '--columns=external_ids', 'list', 'Interface')).split('\n')) {
      const portId = /iface-id=(\S+)/.exec(row)?.[1]
      if (portId) await this.unplug(portId)
    }
  }

  async retag(portId: string, vlan: number | undefined): Promise<void> {
    for (const tap of await this.taps(portId)) await (vlan === undefined ? this.#tool('clear', 'Port', tap, 'tag') : this.#tool('set', 'Port', tap, `tag=${vlan}`))
  }

  async refuseFigures(): Promise<void> {
    await this.#tool('set', 'Open_vSwitch', '.', 'other_config:enable-statistics=false')
  }

  /** All rows of the tables that describe the network, without what the switch measures or counts. */
  async inventory(): Promise<string> {
    const columns = { Bridge: 'name,datapath_type,external_ids,other_config', Port: 'name,tag,trunks,vlan_mode,external_ids,other_config', Interface: 'name,type,external_ids,options' }
    const tables = await Promise.all(Object.entries(columns).map(([table, names]) => this.#tool('--format=csv', `--columns=${names}`, 'list', table)))
    return tables.map((rows) => rows.split('\n').sort().join('\n')).join('\n\n')
  }
}
