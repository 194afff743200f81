// Two workers on two real hosts, one killed with -9 again and again: how long until a change made after the kill on a
// host of the dead one is told by the event stream.
import { createLab, removeLab } from '../lab/lab.ts'
import { killWorkers } from '../test/support/takeover.ts'
import { ms, percentiles } from './measure.ts'
import type { Bench } from './measure.ts'

const kills = 30

export const bench: Bench = {
  name: 'Takeover of a killed worker\'s hosts',
  async rows() {
    const lab = await createLab({ name: `bench-takeover-${process.pid}`, hosts: 2 })
    try {
      const { tookMs, changes } = await killWorkers(lab.hosts, kills)
      return [{
        what: `from kill -9 to the first change made after it on the dead worker's host; ${changes} changes, each told once`,
        ours: `${ms(percentiles(tookMs).p50)} p50, ${ms(Math.max(...tookMs))} at most (${kills})`, peer: '-', ratio: '-', goal: '<= 5 s, none lost or doubled',
      }]
    } finally { await removeLab({ name: lab.name, folder: lab.folder }) }
  },
}
