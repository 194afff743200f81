import assert from 'node:assert/strict'
import { test } from 'node:test'
import { packArchive } from './cpio.ts'

/** Reads a newc archive back, by the format's words and not by our writer's. */
function unpack(archive: Buffer): [string, number, string][] {
  const entries: [string, number, string][] = []
  const aligned = (at: number) => (at + 3) & ~3
  for (let at = 0; at < archive.length;) {
    assert.equal(archive.toString('latin1', at, at + 6), '070701')
    const field = (number: number) => Number.parseInt(archive.toString('latin1', at + 6 + number * 8, at + 14 + number * 8), 16)
    const [mode, size, nameSize] = [field(1), field(6), field(11)]
    const name = archive.toString('utf8', at + 110, at + 110 + nameSize - 1)
    assert.equal(archive[at + 110 + nameSize - 1], 0)
    const start = aligned(at + 110 + nameSize)
    entries.push([name, mode, archive.toString('utf8', start, start + size)])
    at = aligned(start + size)
  }
  return entries
}

test('an archive of folders and files of every length', () => {
  const files = Array.from({ length: 9 }, (_none, length) => ({ path: `bin/${'x'.repeat(length + 1)}`, mode: 0o755, content: Buffer.from('y'.repeat(length)) }))
  const archive = packArchive([{ path: 'bin', mode: 0o700 }, ...files])
  assert.deepEqual(unpack(archive), [['bin', 0o040700, ''], ...files.map(({ path, content }) => [path, 0o100755, content.toString()]), ['TRAILER!!!', 0, '']])
})
