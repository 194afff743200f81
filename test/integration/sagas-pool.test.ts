import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe, runHarness } from '../../jobs/saga/harness/harness.ts'
import { useTestDb } from '../support/db.ts'
import { createPoolScenario, deletePoolScenario, refreshPoolScenario } from '../support/pool-scenarios.ts'
import { makeGround } from '../support/saga-ground.ts'
import { harnessOf } from '../support/toy-saga.ts'

const { db } = await useTestDb()
const ground = await makeGround(db)

for (const scenario of [createPoolScenario(ground), refreshPoolScenario(ground), deletePoolScenario(ground)]) {
  test(`${scenario.saga} (${scenario.title}) leaves books and host in agreement, however it goes wrong`, async (t) => {
    const report = await runHarness(scenario, harnessOf(db))
    t.diagnostic(`${report.cases} runs`)
    // Fewer would mean that the calls on the host were not counted.
    assert.ok(report.cases > 25, `only ${report.cases} runs`)
    assert.equal(describe(report), '')
  })
}
