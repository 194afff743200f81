import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe, runHarness } from '../../jobs/saga/harness/harness.ts'
import { useTestDb } from '../support/db.ts'
import { drainScenario } from '../support/drain-scenario.ts'
import { migrateScenario } from '../support/migrate-scenario.ts'
import { makeGround } from '../support/saga-ground.ts'
import { harnessOf } from '../support/toy-saga.ts'

const { db } = await useTestDb()
const ground = await makeGround(db)

for (const [from, leastRuns] of [['running', 150], ['stopped', 80]] as const) {
  test(`vm-migrate (${from}) leaves books and both hosts in agreement, and one of them with the VM, however it goes wrong`, async (t) => {
    const report = await runHarness(migrateScenario(ground, from), harnessOf(db))
    t.diagnostic(`${report.cases} runs`)
    // Fewer would mean that the calls on the hosts were not counted.
    assert.ok(report.cases > leastRuns, `only ${report.cases} runs`)
    assert.equal(describe(report), '')
  })
}

test('host-drain leaves the host in service or in maintenance and its VM whole on one host, however it goes wrong', async (t) => {
  const report = await runHarness(drainScenario(ground), harnessOf(db))
  t.diagnostic(`${report.cases} runs`)
  assert.equal(describe(report), '')
})
