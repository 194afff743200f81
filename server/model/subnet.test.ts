import assert from 'node:assert/strict'
import { test } from 'node:test'
import { overlapping, planReserved, planSubnets, usageOf } from './subnet.ts'

test('subnets of one network have no address in common, of whatever families they are', () => {
  const cidrs = (...blocks: string[]) => planSubnets(blocks.map((cidr) => ({ cidr }))).map(({ subnet }) => subnet.cidr)
  assert.deepEqual(cidrs('10.0.0.0/24', '10.0.1.0/24', '2001:db8::/64'), ['10.0.0.0/24', '10.0.1.0/24', '2001:db8::/64'])
  assert.throws(() => cidrs('10.0.0.0/24', '2001:db8::/64', '10.0.0.0/30'), { code: 'INVALID_INPUT', field: 'subnets.2.cidr' })
  assert.throws(() => cidrs(), { code: 'INVALID_INPUT', field: 'subnets' })
  assert.throws(() => cidrs(...Array.from({ length: 9 }, (_, n) => `10.0.${n}.0/24`)), { code: 'INVALID_INPUT', field: 'subnets' })
  assert.equal(overlapping('10.0.0.0/8', ['192.0.2.0/24', '10.9.0.0/16']), '10.9.0.0/16')
  assert.equal(overlapping('10.0.0.0/24', ['10.0.1.0/24', '::a00:0/120']), undefined)
})

test('reserved ranges are written in one way', () => {
  assert.deepEqual(planReserved([{ first: '2001:DB8:0::1', last: '2001:db8::00ff', reason: 'routers' }], '2001:db8::/64', 'reserved'), [{ first: '2001:db8::1', last: '2001:db8::ff', reason: 'routers' }])
  assert.throws(() => planReserved([{ first: '10.0.0.1', last: '10.0.0.3' }, { first: '10.0.0.3', last: '10.0.0.3' }], '10.0.0.0/24', 'reserved'), { field: 'reserved.1' })
})

test('used, resting, reserved and free addresses add up to the total', () => {
  const subnet = { gateway: '10.0.0.1', rangeFirst: '10.0.0.1', rangeLast: '10.0.0.14' }
  const usage = (reserved: { first: string; last: string }[], held = 0, resting = 0, takenInReserved = 0) => Object.values(usageOf(subnet, { reserved, held, resting, takenInReserved })).map(Number)
  assert.deepEqual(usage([], 3, 2), [13, 3, 2, 0, 8])
  // What lies outside of the range, and the gateway, is kept by other rules.
  assert.deepEqual(usage([{ first: '10.0.0.0', last: '10.0.0.3' }, { first: '10.0.0.14', last: '10.0.0.15' }]), [13, 0, 0, 3, 10])
  // VMs that were there before the range was reserved.
  assert.deepEqual(usage([{ first: '10.0.0.2', last: '10.0.0.5' }], 3, 1, 2), [13, 3, 1, 2, 7])
  const large = usageOf({ gateway: null, rangeFirst: '2001:db8::1', rangeLast: '2001:db8::ffff:ffff:ffff:ffff' }, { reserved: [], held: 1, resting: 0, takenInReserved: 0 })
  assert.equal(large.free, 2n ** 64n - 2n)
})
