import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTar, tarEnd, tarFile } from './tar.ts'

const files = [{ name: 'vm/000000.copy', content: Buffer.from('x'.repeat(513)) }, { name: 'empty', content: Buffer.alloc(0) }, { name: 'block', content: Buffer.alloc(512, 7) }]
const archive = Buffer.concat([...files.map(tarFile), tarEnd])

async function read(bytes: Buffer, pieceBytes: number, mostBytes = 1024) {
  async function* pieces() { for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes) }
  const found = []
  for await (const file of readTar(pieces(), mostBytes)) found.push(file)
  return found
}

test('an archive is read as it was written, in whatever pieces it comes', async () => {
  for (const pieceBytes of [1, 100, 512, 4096]) assert.deepEqual(await read(archive, pieceBytes), files)
})

test('a cut, a damaged header and a file that is too large are refused', async () => {
  for (const length of [100, 512, 700, archive.length - 1024]) await assert.rejects(read(archive.subarray(0, length), 512), /ends/)
  const damaged = Buffer.from(archive)
  damaged[0]! ^= 1
  await assert.rejects(read(damaged, 512), /damaged/)
  await assert.rejects(read(archive, 512, 512), /larger/)
})
