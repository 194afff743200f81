// Guests that count on their disks, second after second and boot after boot: a disk that two machines wrote, or that was
// started from an old state, does not read back whole.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { must, run } from '../../lab/command.ts'
import type { Lab } from '../../lab/lab.ts'

/** Runs at the first boot; from then on init starts the counter at each. */
export const countingUserData = `#!/bin/sh
cat > /root/counter <<'END'
#!/bin/sh
n=$(tail -n 1 /root/count 2>/dev/null || echo 0)
echo "\${n:-0}" >> /root/boots
sync
while :; do n=$((n + 1)); echo $n >> /root/count; sync; sleep 1; done
END
echo 'null::respawn:/bin/sh /root/counter' >> /etc/inittab
kill -HUP 1
`

/**
 * Whether a running guest has counted further than its first number: from then on all that makes it count is on its disk,
 * and a loss of power takes nothing of it away. Asked through its agent.
 */
export async function isCounting(lab: Lab, index: number, domainUuid: string): Promise<boolean> {
  const ask = async <Answer>(execute: string, options: object): Promise<Answer | undefined> => {
    const { code, stdout } = await lab.exec(index, ['virsh', 'qemu-agent-command', '--timeout', '2', domainUuid, JSON.stringify({ execute, arguments: options })])
    return code === 0 ? (JSON.parse(stdout) as { return: Answer }).return : undefined
  }
  const handle = await ask<number>('guest-file-open', { path: '/root/count', mode: 'r' })
  if (handle === undefined) return false
  const read = await ask<{ 'buf-b64': string }>('guest-file-read', { handle, count: 64 })
  await ask('guest-file-close', { handle })
  return read !== undefined && Buffer.from(read['buf-b64'], 'base64').toString().split('\n').length > 2
}

/**
 * Reads a guest's disk while nobody runs it: checks the whole file system after its journal, and that the count has no gap
 * and goes on from boot to boot. Returns how often it booted, and how far it counted.
 */
export async function readCount(lab: Lab, volume: string): Promise<{ boots: number; count: number; sinceLastBoot: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'kloudak-count-'))
  const raw = join(folder, 'disk')
  try {
    // The disk knows its backing file by the path that it has on the hosts.
    await must('qemu-img', ['convert', '-O', 'raw', `json:${JSON.stringify({ driver: 'qcow2', file: { driver: 'file', filename: join(lab.poolFolder, volume) }, backing: await backingOf(lab, volume) })}`, raw])
    return await readRaw(([program, ...args]) => run(program!, args), raw)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Exec = (argv: readonly string[]) => Promise<{ code: number; stdout: string; stderr: string }>

/** The same of a raw disk, by programs that run where it lies. */
export async function readRaw(exec: Exec, raw: string): Promise<{ boots: number; count: number; sinceLastBoot: number }> {
  const must = async (...argv: string[]) => {
    const { code, stdout, stderr } = await exec(argv)
    assert.equal(code, 0, `${argv.join(' ')}: ${stdout}${stderr}`)
    return stdout
  }
  // The root file system begins at the first MiB of the lab's small guest (lab/guest/disk.ts).
  await must('dd', `if=${raw}`, `of=${raw}.fs`, 'bs=1M', 'skip=1', 'conv=sparse', 'status=none')
  const replayed = await exec(['e2fsck', '-p', `${raw}.fs`])
  assert.ok(replayed.code <= 1, `the journal of ${raw}: ${replayed.stdout}${replayed.stderr}`)
  await must('e2fsck', '-f', '-n', `${raw}.fs`)
  const read = async (path: string) => (await must('debugfs', '-R', `cat ${path}`, `${raw}.fs`)).trim().split('\n')
  const [counted, boots] = [await read('/root/count'), await read('/root/boots')]
  counted.forEach((line, index) => { assert.equal(line, String(index + 1), `${raw} counts from 1 without a gap`) })
  const begins = boots.map(Number)
  assert.deepEqual(begins, begins.toSorted((a, b) => a - b), `${raw} goes on from boot to boot: ${boots.join(' ')}`)
  return { boots: boots.length, count: counted.length, sinceLastBoot: counted.length - begins.at(-1)! }
}

async function backingOf(lab: Lab, volume: string): Promise<object | null> {
  const { 'backing-filename': backing, 'backing-filename-format': format } = JSON.parse(await must('qemu-img', ['info', '--output=json', join(lab.poolFolder, volume)])) as { 'backing-filename'?: string; 'backing-filename-format'?: string }
  return backing === undefined ? null : { driver: format ?? 'qcow2', file: { driver: 'file', filename: join(lab.poolFolder, backing.split('/').at(-1)!) } }
}

export interface WriterWatch {
  /** VMs of which two machines were there at once, other labs' that migrate among them, by the UUID of their domain. */
  doubles: Map<string, number>
  looks(): number
  stop(): void
}

/** Looks ten times a second for machines of one VM on two hosts, frozen ones included: by process, whatever anybody says. */
export function watchWriters(): WriterWatch {
  const doubles = new Map<string, number>()
  let looks = 0
  const look = () => {
    looks++
    const hosts = new Map<string, Set<string>>()
    for (const pid of readdirSync('/proc')) {
      if (!/^\d+$/.test(pid)) continue
      try {
        const argv = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')
        const uuid = argv[argv.indexOf('-uuid') + 1]
        if (!argv[0]?.includes('qemu-system') || argv.indexOf('-uuid') < 0 || uuid === undefined) continue
        const there = hosts.get(uuid) ?? new Set()
        hosts.set(uuid, there.add(readlinkSync(`/proc/${pid}/ns/pid`)))
      } catch { /* it has just ended */ }
    }
    for (const [uuid, there] of hosts) if (there.size > 1) doubles.set(uuid, there.size)
  }
  const timer = setInterval(look, 100)
  return { doubles, looks: () => looks, stop: () => { clearInterval(timer) } }
}
