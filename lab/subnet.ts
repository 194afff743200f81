/** The network ('10.x.y', a /24 between 10.64 and 10.127) that a lab tries at its n-th attempt; spread by its id, so that labs seldom meet. */
export function candidateNetwork(id: string, attempt: number): string {
  const number = (Number.parseInt(id, 16) + attempt * 37) % (64 * 256)
  return `10.${64 + Math.floor(number / 256)}.${number % 256}`
}

/**
 * Whether a route's destination ('10.64.0.0/16', '10.64.1.2', 'default') shares an address with `network`.0/24. A
 * route wider than /12 (a default route, the halves of one, a company's 10.0.0.0/8) does not count: it says where the
 * rest goes, and ours is the narrower one.
 */
export function overlaps(destination: string, network: string): boolean {
  if (destination === 'default') return false
  const [address = '', length = '32'] = destination.split('/')
  if (Number(length) < 12) return false
  const size = 2 ** (32 - Math.min(Number(length), 24))
  return Math.floor(toNumber(address) / size) === Math.floor(toNumber(`${network}.0`) / size)
}

/** iproute2 leaves trailing zeros out of some destinations: '10.64/16'. */
const toNumber = (address: string) => [0, 1, 2, 3].reduce((sum, at) => sum * 256 + Number(address.split('.')[at] ?? 0), 0)
