// Two workers share hosts, and one is killed with -9, again and again: the other takes its hosts over. What the guests
// did meanwhile comes out of the event stream once and in order. How long that takes is for bench/takeover.bench.ts.
import { suite, test } from 'node:test'
import { killWorkers } from '../support/takeover.ts'
import { useLab } from '../support/lab.ts'

const clouds = 4
const hostsEach = 2
const kills = 100

suite('hosts of a worker that was killed', { timeout: 550_000 }, () => {
  const given = useLab({ hosts: clouds * hostsEach })

  test(`${kills} times over, they are taken over and no event is lost or doubled`, { timeout: 500_000 }, async (t) => {
    const runs = await Promise.all(Array.from({ length: clouds }, (_, index) => killWorkers(given.lab.hosts.slice(index * hostsEach, (index + 1) * hostsEach), kills / clouds)))
    const tookMs = runs.flatMap((run) => run.tookMs).sort((a, b) => a - b)
    t.diagnostic(`${runs.reduce((sum, { changes }) => sum + changes, 0)} changes, each told once; taken over after ${Math.round(tookMs[tookMs.length / 2]!)} ms p50, ${Math.round(tookMs.at(-1)!)} ms at most`)
  })
})
