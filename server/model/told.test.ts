import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { errorCodes, HostAway, KloudakError, asKloudakError } from './errors.ts'
import { hostError, plainError } from './host-error.ts'
import { TenantWords } from './tenant-words.ts'
import { toldTo, toldToTenant } from './told.ts'

const operator = { isOperator: true }
const tenant = { isOperator: false }

test('an operator reads the host\'s name, a tenant the same sentence of the host', () => {
  const atStart = hostError('UNAVAILABLE', 'secret-hv', (host) => `${host} cannot be reached.`, { remedy: 'Look at secret-hv.' })
  assert.deepEqual([atStart.message, atStart.remedy, atStart.tenant], ['secret-hv cannot be reached.', 'Look at secret-hv.', TenantWords.fixed('The host cannot be reached.')])
  const within = hostError('NOT_FOUND', 'secret-hv', (host) => `There is no such VM on ${host}.`, { tenantRemedy: 'Wait.' })
  assert.deepEqual([within.message, within.remedy, within.tenant], ['There is no such VM on secret-hv.', undefined, TenantWords.fixed('There is no such VM on the host.', 'Wait.')])
  assert.deepEqual(new HostAway('secret-hv').tenant?.message, 'A host that this needs is down.')
})

test('words for tenants are known when they are written', () => {
  const path: string = process.execPath
  const state = path === '' ? 'paused' : 'stopped'
  assert.equal(plainError('WRONG_STATE', `The VM is ${state}.`).tenant?.message, 'The VM is stopped.')
  // The compiler refuses each of these; what would come out otherwise is what no tenant may read.
  // @ts-expect-error -- a value beside the host's name
  hostError('CONFLICT', 'hv', (host) => `${host} has ${path}.`)
  // @ts-expect-error -- a value in a plain text
  plainError('CONFLICT', `There is ${path}.`)
  // @ts-expect-error -- a text of somebody else
  plainError('CONFLICT', path)
  // @ts-expect-error -- one of two with a value in it
  plainError('CONFLICT', state === 'paused' ? 'It is there.' : `There is ${path}.`)
  // @ts-expect-error -- a value in the remedy
  plainError('CONFLICT', 'It is there.', { remedy: `Remove ${path}.` })
  // @ts-expect-error -- no words but those of the class
  assert.ok(new KloudakError('CONFLICT', path, { tenant: { message: path, remedy: path } }))
})

test('what has no words for tenants is told to them by its code alone', () => {
  for (const code of errorCodes) {
    const stored = { code, message: '/srv/secret on secret-hv', remedy: 'Look at secret-hv.' }
    assert.equal(toldTo(operator, stored), stored)
    const told = toldTo(tenant, stored)
    assert.doesNotMatch(JSON.stringify(told), /secret/, code)
    assert.match(told.message, /^[A-Z].*\.$/)
    if (code !== 'CANCELLED') assert.match(told.remedy ?? '', /^[A-Z].*\.$/)
  }
  // Rows outlive codes.
  assert.equal(toldToTenant({ code: 'FORMER' as 'INTERNAL', message: 'secret-hv' }).message, 'The host could not do it.')
})

test('a tenant reads the words that were made for tenants, and no remedy when they have none', () => {
  const tenantWords = { message: 'The host is full.' }
  const stored = { code: 'NO_CAPACITY' as const, message: 'secret-hv is full.', remedy: 'Free some room on it.', tenant: tenantWords }
  assert.equal(toldTo(tenant, stored), tenantWords)
  assert.equal(toldTo(operator, stored).message, 'secret-hv is full.')
})

test('a fault that nobody thought of tells nothing of itself', () => {
  assert.doesNotMatch(JSON.stringify(toldToTenant(asKloudakError(new Error('ENOENT /srv/secret')))), /secret/)
})

test('only these vouch for the values in their words for tenants', () => {
  // It names nothing but the tenant's own VMs and networks; it counts hosts and names none.
  const vouchers = ['jobs/sagas/workspace-delete.ts', 'server/model/host-error.ts', 'server/model/placement/no-host.ts']
  const sources = globSync('{server,jobs,schema}/**/*.ts', { cwd: `${import.meta.dirname}/../..` }).filter((path) => !path.endsWith('.test.ts'))
  assert.ok(sources.length > 300)
  const found = sources.filter((path) => readFileSync(`${import.meta.dirname}/../../${path}`, 'utf8').includes('TenantWords.vouched('))
  assert.deepEqual(found.toSorted(), vouchers)
})
