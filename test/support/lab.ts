import { mkdirSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { canRunLab } from '../../lab/can-run.ts'
import { createLab, removeLab, type Lab } from '../../lab/lab.ts'

let count = 0

/**
 * A lab for the tests of one file (or of the suite that calls this): up before them, gone after them, whatever they
 * did. `setUp` runs once it is up: node:test does not let one `before` of a file wait for another. Read `.lab` in tests.
 */
export function useLab({ hosts, ipmi, bare, setUp }: { hosts: number; ipmi?: boolean; bare?: boolean; setUp?: (lab: Lab) => Promise<void> }): { readonly lab: Lab } {
  const name = `test-${process.pid}-${++count}`
  const folder = labFolder(name)
  let lab: Lab | undefined
  before(async () => {
    const able = await canRunLab()
    if (able !== true) throw new Error(able)
    await removeOrphans()
    mkdirSync(folder, { recursive: true })
    lab = await createLab({ name, hosts, folder, ipmi, bare })
    await setUp?.(lab)
  }, { timeout: 500_000 })
  after(() => removeLab({ name, folder }), { timeout: 120_000 })
  return { get lab() { if (!lab) throw new Error('the lab is there in tests only'); return lab } }
}

/** Where a test's lab of that name lives. */
export const labFolder = (name: string): string => join(tmpdir(), 'kloudak-labs', name)

/** Removes the labs of test processes that were killed before they could clean up. */
async function removeOrphans(): Promise<void> {
  mkdirSync(labFolder('.'), { recursive: true })
  for (const name of readdirSync(labFolder('.'))) {
    const owner = /^test-(\d+)-\d+$/.exec(name)?.[1]
    if (owner && !isAlive(Number(owner))) await removeLab({ name, folder: labFolder(name) })
  }
}

function isAlive(pid: number): boolean {
  try { process.kill(pid, 0); return true } catch (error) { return (error as NodeJS.ErrnoException).code === 'EPERM' }
}
