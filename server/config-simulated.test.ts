import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { behaviourOf, simulatedVariables } from './config-simulated.ts'

const read = (env: Record<string, string>) => z.object(simulatedVariables).safeParse(env)

test('simulated hosts do what they are told at once and nothing else, unless told otherwise', () => {
  assert.deepEqual(behaviourOf(read({}).data!), { latencyMs: { least: 0, most: 0 }, changesPerSecond: 0, refusedShare: 0, lostShare: 0, awayPerMinute: 0, awayMs: 20_000 })
  const told = read({ KLOUDAK_SIMULATED_LATENCY: '2ms..1s', KLOUDAK_SIMULATED_EVENTS: '50', KLOUDAK_SIMULATED_FAILURES: 'lost=0.05%, away=2.5/m,refused = 1%' })
  assert.deepEqual(behaviourOf(told.data!), { latencyMs: { least: 2, most: 1_000 }, changesPerSecond: 50, refusedShare: 0.01, lostShare: 0.0005, awayPerMinute: 2.5, awayMs: 20_000 })
  assert.deepEqual(read({ KLOUDAK_SIMULATED_LATENCY: '5ms' }).data!.KLOUDAK_SIMULATED_LATENCY, { least: 5, most: 5 })
})

test('what cannot be followed is refused, with the form that can', () => {
  for (const [env, said] of [
    [{ KLOUDAK_SIMULATED_LATENCY: '5' }, /a time of at most 60s/], [{ KLOUDAK_SIMULATED_LATENCY: '5ms..2ms' }, /a range of times/], [{ KLOUDAK_SIMULATED_LATENCY: '1ms..2ms..3ms' }, /a range/], [{ KLOUDAK_SIMULATED_LATENCY: '2m' }, /at most 60s/],
    [{ KLOUDAK_SIMULATED_EVENTS: '-1' }, /0/], [{ KLOUDAK_SIMULATED_FAILURES: 'refused=101%' }, /"refused=101%" is not one of/], [{ KLOUDAK_SIMULATED_FAILURES: 'away=2%' }, /"away=2%" is not one of/],
    [{ KLOUDAK_SIMULATED_FAILURES: 'lost=1%, lost=2%' }, /each said once/], [{ KLOUDAK_SIMULATED_FAILURES: 'often' }, /"often" is not one of/],
  ] as const) assert.match(read(env).error?.issues[0]?.message ?? 'accepted', said, JSON.stringify(env))
})
