import assert from 'node:assert/strict'
import { test } from 'node:test'
import { candidateNetwork, overlaps } from './subnet.ts'

test('a route overlaps a /24 when one holds the other', () => {
  const network = '10.77.3'
  for (const destination of ['10.77.3.0/24', '10.77.3.9', '10.77.3.128/25', '10.77.0.0/16', '10.64.0.0/12', '10.77.2.0/23', '10.77/16']) assert.ok(overlaps(destination, network), destination)
  for (const destination of ['default', '0.0.0.0/0', '0.0.0.0/1', '10.0.0.0/8', '10.77.4.0/24', '10.77.4.1', '10.77.0.0/23', '11.0.0.0/8', '192.0.2.0/24', '110.77.3.0/24', '127.0.0.0/8']) assert.ok(!overlaps(destination, network), destination)
})

test('candidates stay in range and differ', () => {
  for (const id of ['000000', 'ffffff', '24b46b']) {
    const tried = Array.from({ length: 512 }, (_none, attempt) => candidateNetwork(id, attempt))
    assert.equal(new Set(tried).size, 512)
    for (const network of tried) {
      const [ten, second, third] = network.split('.').map(Number) as [number, number, number]
      assert.ok(ten === 10 && second >= 64 && second <= 127 && third >= 0 && third <= 255, network)
    }
  }
})
