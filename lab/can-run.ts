import { run } from './command.ts'
import { hasApt } from './packages.ts'

/** True when this machine can carry a lab, else the reason why not. Starts a process or two and leaves nothing. */
export async function canRunLab(): Promise<true | string> {
  if (process.platform !== 'linux') return 'the lab needs Linux'
  if (process.arch !== 'x64') return `the lab needs an x86-64 machine, this one is ${process.arch}`
  if (process.getuid?.() !== 0) return 'the lab needs root'
  if (!hasApt()) return 'the lab needs Debian or Ubuntu'
  // One set of namespaces with what a host needs in it: a mount, a device node, a bridge and a pair of links.
  const steps = [
    'mount -t tmpfs tmpfs /mnt', 'mknod /mnt/null c 1 3', ': > /mnt/null', 'mkdir /mnt/pts', 'mount -t devpts -o newinstance devpts /mnt/pts',
    'mount -t sysfs sysfs /mnt/pts',
    // iproute2 may be one of the packages still to come.
    'if command -v ip > /mnt/null; then ip link add kdk0 type bridge; ip link add kdk1 type veth peer name kdk2; fi',
  ]
  const probe = await run('unshare', ['--mount', '--uts', '--ipc', '--net', '--pid', '--fork', '--mount-proc', 'sh', '-euc', steps.join('\n')]).catch((error: Error) => ({ code: 1, stdout: '', stderr: error.message }))
  return probe.code === 0 || `namespaces do not work here: ${probe.stderr.trim().split('\n').at(-1)}`
}
