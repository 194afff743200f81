import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** A list of addresses and networks, for example `10.0.0.0/8`. Throws for what is neither. */
export function makeAddressList(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address)
    if (family === 0) throw new Error(`${entry} is neither an address nor a network`)
    if (prefix === undefined) list.addAddress(address, family === 6 ? 'ipv6' : 'ipv4')
    else list.addSubnet(address, Number(prefix), family === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}

/**
 * Who sends a request. What proxies of ours say in X-Forwarded-For is believed, from the right, up to the first address
 * that is none of them; what stands left of that anybody could have written.
 */
export function clientAddressOf({ socket, headers }: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } }, proxies: BlockList): string {
  const isProxy = (address: string) => proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  let client = bare(socket.remoteAddress ?? '')
  const hops = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',').map((hop) => bare(hop.trim()))
  while (isIP(client) !== 0 && isProxy(client)) {
    const next = hops.pop()
    // A zone is of the machine that knows it, and can be longer than any record of an address.
    if (next === undefined || isIP(next) === 0 || next.includes('%')) break
    client = next
  }
  return client
}

/** IPv4 without its IPv6 clothes. */
const bare = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '')
