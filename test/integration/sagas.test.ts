import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { contracts } from '../../jobs/contract/all.ts'
import { vmPowerActions } from '../../jobs/contract/vm.ts'
import { describe, runHarness } from '../../jobs/saga/harness/harness.ts'
import { missing } from '../../jobs/saga/harness/world.ts'
import type { Scenario } from '../../jobs/saga/harness/world.ts'
import type { StoredError, TaskStep } from '../../server/db/entities/work.ts'
import { toldToTenant } from '../../server/model/told.ts'
import { useTestDb } from '../support/db.ts'
import { repairScenario } from '../support/drift-scenarios.ts'
import { attachScenario, detachScenario, passwordScenario } from '../support/interface-scenarios.ts'
import { checkHostScenario, prepareHostScenario, restrictHostKeyScenario } from '../support/host-scenarios.ts'
import { createPoolScenario, deletePoolScenario, refreshPoolScenario } from '../support/pool-scenarios.ts'
import { drainScenario } from '../support/drain-scenario.ts'
import { migrateScenario } from '../support/migrate-scenario.ts'
import { fenceHostScenario, recoverVmScenario, rejoinHostScenario, testFenceDeviceScenario } from '../support/failover-scenarios.ts'
import { makeGround, newPlace } from '../support/saga-ground.ts'
import { createNetworkScenario, createVmScenario, deleteNetworkScenario, deleteVmScenario, deleteWorkspaceScenario, enrolHostScenario, powerScenario, updateVmScenario } from '../support/saga-scenarios.ts'
import { deleteImageScenario, fetchImageScenario, importImageScenario } from '../support/image-scenarios.ts'
import { openWeb } from '../support/web.ts'
import { reviewHostScenario } from '../support/review-scenario.ts'
import { harnessOf } from '../support/toy-saga.ts'

const { db } = await useTestDb()
const folder = mkdtempSync(join(tmpdir(), 'kloudak-test-image-'))
const web = await openWeb()
after(async () => { rmSync(folder, { recursive: true, force: true }); await web.close() })
const ground = await makeGround(db)
const repairGround = await makeGround(db)

const scenarios: Scenario[] = [
  deleteVmScenario(ground), ...vmPowerActions.map((action) => powerScenario(ground, action)), updateVmScenario(ground),
  createNetworkScenario(ground), deleteNetworkScenario(ground), importImageScenario(ground, folder), fetchImageScenario(ground, web), deleteImageScenario(ground), enrolHostScenario(ground), reviewHostScenario(ground), checkHostScenario(ground), prepareHostScenario(ground), restrictHostKeyScenario(ground), deleteWorkspaceScenario(ground),
  attachScenario(ground, 'running'), attachScenario(ground, 'stopped'), detachScenario(ground, 'running'), detachScenario(ground, 'stopped'), passwordScenario(ground),
  recoverVmScenario(ground), fenceHostScenario(ground), rejoinHostScenario(ground), testFenceDeviceScenario(ground),
  // No host of the others' scenarios stands in its area: some repairs ask all of them.
  ...(['port-vlan', 'volume-extra'] as const).map((kind) => repairScenario(repairGround, kind)),
]

test('no saga opts out: every contract has its saga and every saga its scenario', async () => {
  const { registry } = await newPlace(ground)
  // These are played in files of their own, for their many runs.
  const elsewhere = [createVmScenario(ground, 'linked'), migrateScenario(ground, 'running'), drainScenario(ground), createPoolScenario(ground), refreshPoolScenario(ground), deletePoolScenario(ground)]
  assert.deepEqual(missing(contracts, registry, [...scenarios, ...elsewhere]), [])
})

for (const scenario of scenarios) {
  test(`${scenario.saga} (${scenario.title}) leaves books and host in agreement, however it goes wrong`, async (t) => {
    const report = await runHarness(scenario, harnessOf(db))
    t.diagnostic(`${report.cases} runs`)
    assert.equal(describe(report), '')
  })
}

test('no error of all these tells tenants of the host, its bridges or its pools, nor what was injected without words for tenants', async () => {
  const rows = await db.em.fork().execute<{ error: StoredError | null; steps: TaskStep[] }[]>('select error, steps from task where workspace_id is not null')
  const errors = rows.flatMap(({ error, steps }) => [error, ...steps.map((step) => step.error)].filter((one) => one != null))
  const tells = new RegExp(`injected at|${ground.host.name}|${ground.pool.path}\\b|(public|private)-br`)
  assert.ok(errors.filter(({ message }) => tells.test(message)).length > 100, `${errors.length} errors`)
  assert.deepEqual(errors.filter((error) => tells.test(JSON.stringify(toldToTenant(error)))), [])
})
