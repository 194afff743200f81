// Debian packages as material: downloaded by this machine's apt and unpacked into a folder, never installed.
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { must, run } from '../command.ts'
import { LabError } from '../errors.ts'

const dependsOptions = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((kind) => `--no-${kind}`)

/** Downloads packages with all that they depend on and unpacks them over each other into `tree`. */
export async function unpackWithDependencies(names: readonly string[], tree: string): Promise<void> {
  await unpack(await closure(names), tree)
}

/** Downloads just these packages and unpacks them into `tree`. */
export async function unpack(names: readonly string[], tree: string): Promise<void> {
  const archives = `${tree}.debs`
  mkdirSync(archives, { recursive: true })
  mkdirSync(tree, { recursive: true })
  await must('apt-get', ['-qq', '-o', 'APT::Sandbox::User=root', 'download', ...names], { cwd: archives })
  for (const file of readdirSync(archives)) await must('dpkg-deb', ['--extract', join(archives, file), tree])
}

/** The first of several packages that this machine's sources offer. */
export async function firstAvailable(names: readonly string[]): Promise<string> {
  let [first] = await available(names)
  if (first === undefined) {
    // A new machine may know of no packages at all.
    await must('apt-get', ['-qq', 'update']);
    [first] = await available(names)
  }
  if (first !== undefined) return first
  throw new LabError('packages', `the package sources of this machine offer none of ${names.join(', ')}`)
}

/** What a package depends on itself, by name. */
export async function dependenciesOf(name: string): Promise<string[]> {
  const lines = (await must('apt-cache', ['depends', ...dependsOptions, name])).split('\n')
  return lines.flatMap((line) => /^ [ |](?:Pre)?Depends: ([a-z0-9][a-z0-9.+-]*)$/.exec(line)?.[1] ?? [])
}

async function closure(names: readonly string[]): Promise<string[]> {
  const lines = (await must('apt-cache', ['depends', '--recurse', ...dependsOptions, ...names])).split('\n')
  // Dependencies are indented, virtual packages stand in <>, other architectures have a colon.
  const found = [...new Set(lines.filter((line) => /^[a-z0-9][a-z0-9.+-]*$/.test(line)))]
  return await available(found)
}

/** Those of several packages that can be downloaded. */
async function available(names: readonly string[]): Promise<string[]> {
  const { stdout } = await run('apt-cache', ['show', '--no-all-versions', ...names])
  const known = new Set(stdout.split('\n').flatMap((line) => /^Package: (\S+)$/.exec(line)?.[1] ?? []))
  return names.filter((name) => known.has(name))
}
