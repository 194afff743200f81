import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../lab/command.ts'
import { buildDebianImage } from '../../lab/guest/debian.ts'
import { defaultImageFolder } from '../../lab/state.ts'
import { bootGuest, virsh } from '../support/guest.ts'
import { useLab } from '../support/lab.ts'
import { addProbe } from '../support/probe.ts'

const given = useLab({ hosts: 1 })

test('a real cloud-init takes the same seed', { timeout: 500_000 }, async () => {
  const { lab } = given
  const image = await buildDebianImage({ folder: defaultImageFolder() })
  const probe = await addProbe(lab, 77, '10.9.0.200/24')
  await bootGuest(lab, 1, image, {
    name: 'debian', nic: { mac: '52:54:00:00:02:01', vlan: 77, address: '10.9.0.1/24' }, keys: [probe.key], passwordHash: '$6$salt$notarealhash', memoryMiB: 512, translationCacheMiB: 128, diskGiB: 4,
    userData: '#!/bin/sh\nhostname > /root/script-ran\n',
  })
  const { stdout } = await until('ssh', async () => { const outcome = await probe.inGuest('10.9.0.1', 'cloud-init status --wait >/dev/null; hostname; cat /root/script-ran; grep ^root: /etc/shadow | cut -d: -f2; ip -4 -o addr show eth0; df --output=size -BM / | tail -1'); return outcome.code === 0 && outcome }, 300_000, 1_000)
  const [hostname, script, hash, address, size] = stdout.split('\n')
  assert.deepEqual([hostname, script, hash], ['debian', 'debian', '$6$salt$notarealhash'])
  assert.match(address!, /inet 10\.9\.0\.1\/24/)
  assert.ok(Number.parseInt(size!, 10) > 3_500, `the root file system grew with the disk: ${size}`)
  await virsh(lab, 1, ['shutdown', 'debian'])
  await until('the guest to be off', async () => await virsh(lab, 1, ['domstate', 'debian']) === 'shut off', 120_000, 200)
})
