// (a) One hypervisor call over ssh, beside virsh by exec on a kept connection and virsh over a new connection.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import ssh2 from 'ssh2'
import { createLab, removeLab } from '../lab/lab.ts'
import { connectLibvirt } from '../server/wire/libvirt/connection.ts'
import { SshHost } from '../server/wire/ssh/host.ts'
import { ms, show, time } from './measure.ts'
import type { Bench } from './measure.ts'

const socket = '/run/libvirt/libvirt-sock'

const domain = `<domain type='qemu'><name>bench</name><memory unit='MiB'>64</memory><os><type arch='x86_64' machine='q35'>hvm</type></os></domain>`

export const bench: Bench = {
  name: 'One hypervisor call',
  async rows() {
    const lab = await createLab({ name: `bench-${process.pid}`, hosts: 1 })
    try {
      const [host] = lab.hosts as [(typeof lab.hosts)[number]]
      const login = { address: host.address, port: host.sshPort, username: host.sshUser, privateKey: host.privateKey.text, hostKey: host.hostKey.fingerprint }
      const ssh = new SshHost(login)
      const libvirt = await connectLibvirt(await ssh.calls.openUnix(socket), { uri: 'qemu:///system' })
      const { domain: bare } = await libvirt.call('DomainDefineXmlFlags', { xml: domain, flags: 0 })
      const ours = await time(() => libvirt.call('DomainGetState', { domain: bare, flags: 0 }), { rounds: 2_000, warmUp: 200 })

      const kept = new ssh2.Client()
      await new Promise<void>((resolve, reject) => { kept.on('ready', resolve).on('error', reject).connect({ host: host.address, port: host.sshPort, username: host.sshUser, privateKey: host.privateKey.text }) })
      kept.setNoDelay(true)
      const exec = await time(() => new Promise<void>((resolve, reject) => {
        kept.exec('virsh -q domstate bench', (error, stream) => { if (error) return reject(error); stream.on('close', resolve).resume() })
      }), { rounds: 20, warmUp: 2 })
      kept.end()

      const run = promisify(execFile)
      const uri = `qemu+ssh://root@${host.address}/system?keyfile=${host.privateKey.path}&no_verify=1&no_tty=1`
      const fresh = await time(() => run('virsh', ['-q', '-c', uri, 'domstate', 'bench']), { rounds: 10, warmUp: 1 })
      await libvirt.close()
      await ssh.close()
      const ratio = (peer: number) => `1 / ${Math.round(peer / ours.p50)}`
      return [
        { what: 'state of a domain, over ssh', ours: show(ours), peer: `virsh by exec on a kept connection ${ms(exec.p50)} p50`, ratio: ratio(exec.p50), goal: '<= 0.5 ms p50' },
        { what: 'the same', ours: show(ours), peer: `virsh over a new ssh connection ${ms(fresh.p50)} p50`, ratio: ratio(fresh.p50), goal: '<= 0.5 ms p50' },
      ]
    } finally {
      await removeLab({ name: lab.name, folder: lab.folder })
    }
  },
}
