// The networks of a lab: four bridges in a network namespace of their own, which a mount on `<folder>/switches` keeps.
// The machine itself sees one interface, `kdk<id>`, its leg in the management network.
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { run, must } from './command.ts'
import { LabError } from './errors.ts'
import { candidateNetwork, overlaps } from './subnet.ts'
import { links, type LabState, type Link } from './state.ts'

const namespaceFile = (folder: string) => join(folder, 'switches')
const legOf = (state: LabState) => `kdk${state.id}`
/** The switch's end of a host's cable. */
const portOf = (index: number, link: Link) => `h${index}-${link}`
/** What the host calls its end. */
const interfaceOf: Record<Link, string> = { mgmt: 'eth0', public: 'eth1', trunk: 'eth2', storage: 'eth3' }
/** Trunks carry VLAN tags and tunnels around full frames. */
const mtuOf: Record<Link, number> = { mgmt: 1500, public: 1600, trunk: 1600, storage: 1500 }
const maxHosts = 200
/** A host keeps its addresses when it comes back, or its neighbours would look for it at the old ones for seconds. */
const macOf = (state: LabState, index: number, link: Link) => ['02', ...state.id.match(/../g)!, hex(index), hex(links.indexOf(link))].join(':')
const hex = (byte: number) => byte.toString(16).padStart(2, '0')

interface IpLink { ifname: string; flags: string[] }

/** Runs `ip` on the switches' side, one command a line. `tolerant` goes on after a line that fails. */
async function onSwitches(folder: string, commands: readonly string[], tolerant = false): Promise<void> {
  const call = tolerant ? run : must
  await call('nsenter', [`--net=${namespaceFile(folder)}`, 'ip', ...(tolerant ? ['-force'] : []), '-batch', '-'], { input: commands.join('\n') })
}

export async function switchesExist(state: LabState): Promise<boolean> {
  return (await run('ip', ['link', 'show', 'dev', legOf(state)])).code === 0
}

/** Makes the namespace with its bridges and claims a free management network, `state.network` if it still is. */
export async function makeSwitches(folder: string, state: LabState): Promise<string> {
  await removeSwitches(folder, state)
  closeSync(openSync(namespaceFile(folder), 'w'))
  await must('unshare', [`--net=${namespaceFile(folder)}`, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1'])
  await onSwitches(folder, [
    ...links.flatMap((link) => [`link add ${link} type bridge mcast_snooping 0 forward_delay 0`, `link set ${link} mtu ${mtuOf[link]} up`]),
    `link add machine type veth peer name ${legOf(state)} netns ${process.pid}`,
    'link set machine master mgmt up',
  ])
  await must('ip', ['link', 'set', legOf(state), 'addrgenmode', 'none', 'up'])
  return await claimNetwork(state)
}

/** Takes every trace of the networks away. Absence is success. */
export async function removeSwitches(folder: string, state: LabState): Promise<void> {
  // The leg first: the kernel empties a namespace in its own time, but deletes a link before it answers.
  await run('ip', ['link', 'del', legOf(state)])
  await run('umount', ['--lazy', namespaceFile(folder)])
}

/**
 * Gives our leg x.1/24 of the first network that nothing here uses. Two labs may try the same one at the same time:
 * each looks again after claiming, and moves on when it is not alone.
 */
async function claimNetwork(state: LabState): Promise<string> {
  for (let attempt = 0; attempt < 512; attempt++) {
    const network = attempt === 0 && state.network ? state.network : candidateNetwork(state.id, attempt)
    if (await otherUsers(state, network) > 0) continue
    await must('ip', ['addr', 'add', `${network}.1/24`, 'dev', legOf(state)])
    if (await otherUsers(state, network) === 0) return network
    await must('ip', ['addr', 'del', `${network}.1/24`, 'dev', legOf(state)])
  }
  throw new LabError('unsupported', 'no free /24 network was found between 10.64.0.0 and 10.127.255.0')
}

async function otherUsers(state: LabState, network: string): Promise<number> {
  const routes = JSON.parse(await must('ip', ['-j', '-4', 'route', 'show', 'table', 'all'])) as { dst: string; dev?: string }[]
  return routes.filter(({ dst, dev }) => dev !== legOf(state) && overlaps(dst, network)).length
}

/** Plugs a host in: four cables from the switches to the network namespace of process `pid`. */
export async function plugHost(folder: string, state: LabState, index: number, pid: number): Promise<void> {
  if (index > maxHosts) throw new LabError('unsupported', `a lab has at most ${maxHosts} hosts`)
  await unplugHost(folder, index)
  await onSwitches(folder, links.flatMap((link) => [
    `link add ${portOf(index, link)} mtu ${mtuOf[link]} type veth peer name ${interfaceOf[link]} address ${macOf(state, index, link)} mtu ${mtuOf[link]} netns ${pid}`,
    `link set ${portOf(index, link)} master ${link} up`,
  ]))
}

/** Takes a host's cables away. Absence is success. */
export async function unplugHost(folder: string, index: number): Promise<void> {
  await onSwitches(folder, links.map((link) => `link del ${portOf(index, link)}`), true)
}

/** Cuts or mends some of a host's cables, at the switch: the host sees its carrier go. */
export async function setCables(folder: string, index: number, which: readonly Link[], up: boolean): Promise<void> {
  await onSwitches(folder, which.map((link) => `link set ${portOf(index, link)} ${up ? 'up' : 'down'}`))
}

/** The cables of each host that are cut. A host that is powered off has none. */
export async function cutCables(folder: string, state: LabState): Promise<Map<number, Link[]>> {
  const found = JSON.parse(await must('nsenter', [`--net=${namespaceFile(folder)}`, 'ip', '-j', 'link', 'show'])) as IpLink[]
  return new Map(state.hosts.map(({ index }) => [index, links.filter((link) => found.some(({ ifname, flags }) => ifname === portOf(index, link) && !flags.includes('UP')))]))
}
