import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe, runHarness } from '../../jobs/saga/harness/harness.ts'
import { useTestDb } from '../support/db.ts'
import { makeGround } from '../support/saga-ground.ts'
import { createVmScenario } from '../support/saga-scenarios.ts'
import { harnessOf } from '../support/toy-saga.ts'

const { db } = await useTestDb()
const ground = await makeGround(db)

for (const cloneMode of ['linked', 'full'] as const) {
  test(`vm-create (${cloneMode}) leaves books and host in agreement, however it goes wrong`, async (t) => {
    const report = await runHarness(createVmScenario(ground, cloneMode), harnessOf(db))
    t.diagnostic(`${report.cases} runs`)
    // Fewer would mean that the calls on the host were not counted.
    assert.ok(report.cases > 150, `only ${report.cases} runs`)
    assert.equal(describe(report), '')
  })
}
