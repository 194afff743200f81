// Three teams on one Kloudak, on real hosts. After each act, everybody looks at everything: what is theirs is there, and
// what is not does not differ from what does not exist.
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { encodeId } from '../../schema/global-id.ts'
import { newId } from '../../server/model/id.ts'
import { adminPassword, startCloud } from '../support/cloud.ts'
import type { Cloud } from '../support/cloud.ts'
import { guestImage } from '../support/guest.ts'
import { openGuestShell } from '../support/guest-shell.ts'
import { labInventory } from '../support/lab-hypervisor.ts'
import { useLab } from '../support/lab.ts'
import { Person } from '../support/person.ts'
import type { Refusal } from '../support/person.ts'
import { until } from '../support/until.ts'

const password = 'three teams, one cloud'
type Made<Name extends string> = Record<Name, { id: string }> & { task: { id: string } | null }
interface Thing { id: string; workspaceId: string }

suite('three teams', { timeout: 1_500_000 }, () => {
  const given = useLab({ hosts: 2 })
  let cloud: Cloud
  let admin: Person
  let ada: Person
  let ben: Person
  let carol: Person
  let dan: Person
  let people: Person[]
  let clean: string[][]

  // What should be true: who belongs where, and what is where.
  const members = new Map<string, Set<Person>>()
  const things = new Map<string, Thing>()
  const ids = { red: '', blue: '', green: '', redNet: '', blueNet: '', redVm: '', blueVm: '', greenVm: '', ben: '' }

  before(async () => {
    cloud = await startCloud({ lab: given.lab, image: await guestImage() })
    const signedIn = await new Person('nobody', cloud.url, '').do<{ session: { accessToken: string } }>('signIn', { username: 'admin', password: adminPassword }, 'session { accessToken }')
    admin = new Person('admin', cloud.url, signedIn.session.accessToken)
    clean = await inventories()
  }, { timeout: 600_000 })
  after(async () => {
    for (const person of [admin, ...people ?? []]) await person?.close()
    await cloud?.close()
  }, { timeout: 60_000 })

  /** Less the logs: libvirt removes a QEMU log only with a guest that runs, and leaves the others to logrotate. */
  const inventories = async () => (await Promise.all([1, 2].map((index) => labInventory(given.lab, index)))).map((text) => text.split('\n').filter((line) => !line.startsWith('/var/log/libvirt/qemu/')))

  const belongs = (person: Person, workspaceId: string) => person === admin || members.get(workspaceId)?.has(person) === true
  const keep = (id: string, workspaceId: string) => { things.set(id, { id, workspaceId }); return id }
  const forget = (id: string) => { things.delete(id) }

  /** Everybody looks at everything, in every way in which it can be looked at. */
  async function everybodySeesTheirsOnly(): Promise<void> {
    const all = [...things.values()]
    for (const person of [...people, admin]) {
      const theirs = new Set(all.filter(({ workspaceId }) => belongs(person, workspaceId)).map(({ id }) => id))
      const { nodes } = await person.ask<{ nodes: ({ id: string } | null)[] }>('query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: all.map(({ id }) => id) })
      assert.deepEqual(all.filter((_, index) => nodes[index] !== null).map(({ id }) => id), all.filter(({ id }) => theirs.has(id)).map(({ id }) => id), `nodes of ${person.name}`)

      const lists = await person.ask<Record<'workspaces' | 'vms' | 'networks', { totalCount: number; edges: { node: { id: string } }[] }>>('{ workspaces(first: 100) { totalCount edges { node { id } } } vms(first: 100) { totalCount edges { node { id } } } networks(first: 100) { totalCount edges { node { id } } } }')
      for (const [list, { totalCount, edges }] of Object.entries(lists)) {
        const shown = edges.map(({ node }) => node.id).filter((id) => things.has(id) || person !== admin)
        assert.deepEqual(shown.filter((id) => !theirs.has(id)), [], `${list} of ${person.name} shows what is not theirs`)
        assert.equal(totalCount, edges.length, `the count of ${list} of ${person.name}`)
      }
      assert.deepEqual(new Set(lists.workspaces.edges.map(({ node }) => node.id).filter((id) => things.has(id))), new Set([...theirs].filter((id) => members.has(id))), `workspaces of ${person.name}`)
      for (const workspaceId of members.keys()) await looksInto(person, workspaceId)
    }
  }

  /** A member reads the lists of a workspace; to others it is as if it were not there. */
  async function looksInto(person: Person, workspaceId: string): Promise<void> {
    const inside = await person.send<{ vms: { edges: { node: { id: string } }[] } }>('query($id: ID!) { vms(workspaceId: $id, first: 100) { edges { node { id } } } tasks(workspaceId: $id, first: 1) { totalCount } }', { id: workspaceId })
    const nowhere = await person.send('query($id: ID!) { vms(workspaceId: $id, first: 100) { edges { node { id } } } tasks(workspaceId: $id, first: 1) { totalCount } }', { id: encodeId('Workspace', newId()) })
    if (belongs(person, workspaceId)) assert.ok(!inside.errors, `${person.name} looks into a workspace of theirs`)
    else assert.deepEqual(sameWords(inside), sameWords(nowhere), `${person.name} can tell that the workspace is there`)
  }

  /** Without what differs from request to request. */
  const sameWords = (answer: { data?: unknown; errors?: { message: string; extensions: { code: string } }[] }) => ({ data: answer.data, errors: answer.errors?.map(({ message, extensions: { code } }) => ({ message, code })) })

  /** What refuses a stranger is word for word what refuses everybody for an id that nobody has. */
  async function cannotGuess(stranger: Person): Promise<void> {
    const probes: [string, string, 'VM' | 'Network' | 'Workspace', string, object][] = [
      ['stopVm', 'vmId', 'VM', ids.redVm, {}], ['deleteVm', 'vmId', 'VM', ids.redVm, { dryRun: true }], ['openConsole', 'vmId', 'VM', ids.redVm, { kind: 'SERIAL' }],
      ['deleteNetwork', 'networkId', 'Network', ids.redNet, {}], ['updateNetwork', 'networkId', 'Network', ids.redNet, { name: 'mine' }],
      ['createNetwork', 'workspaceId', 'Workspace', ids.red, { name: 'x', subnets: [{ cidr: '10.1.0.0/24' }] }],
      ['addMember', 'workspaceId', 'Workspace', ids.red, { username: stranger.name, role: 'OWNER' }], ['deleteWorkspace', 'workspaceId', 'Workspace', ids.red, {}],
    ]
    for (const [verb, field, type, id, more] of probes) {
      const [real, made] = [await stranger.try<object>(verb, { [field]: id, ...more }, '__typename'), await stranger.try<object>(verb, { [field]: encodeId(type, newId()), ...more }, '__typename')]
      assert.deepEqual(real, made, `${verb} tells ${stranger.name} something`)
      assert.equal((real as Refusal).code, 'NOT_FOUND', verb)
    }
  }

  const createVm = async (person: Person, workspaceId: string, name: string, networkId: string | undefined) => {
    const { vm } = await person.work<Made<'vm'>>('createVm', { workspaceId, name, templateId: cloud.templates.linked, password, interfaces: networkId ? [{ networkId }] : [] }, 'vm { id }')
    return keep(vm.id, workspaceId)
  }
  const createNetwork = async (person: Person, workspaceId: string, name: string) => {
    const { network } = await person.work<Made<'network'>>('createNetwork', { workspaceId, areaId: cloud.areaId, name, subnets: [{ cidr: '10.70.0.0/24' }] }, 'network { id }')
    return keep(network.id, workspaceId)
  }

  test('sign-up: four people, and a name that is taken', async () => {
    ada = await Person.signUp(cloud.url, 'ada', password)
    ben = await Person.signUp(cloud.url, 'ben', password)
    carol = await Person.signUp(cloud.url, 'carol', password)
    dan = await Person.signUp(cloud.url, 'dan', password)
    people = [ada, ben, carol, dan]
    assert.equal(await new Person('nobody', cloud.url, '').code('signUp', { username: 'ADA', password, email: 'other@example.org' }), 'CONFLICT')
    await everybodySeesTheirsOnly()
  })

  test('workspaces: each team makes one, and a name that is taken makes nobody a member', async () => {
    for (const [name, owner] of [['red', ada], ['blue', carol], ['green', dan]] as const) {
      const { workspace } = await owner.do<Made<'workspace'>>('createWorkspace', { name }, 'workspace { id }')
      ids[name] = keep(workspace.id, workspace.id)
      members.set(workspace.id, new Set([owner]))
    }
    assert.equal(await carol.code('createWorkspace', { name: 'Red' }), 'CONFLICT')
    await everybodySeesTheirsOnly()
  })

  test('members: the owner adds one with some permissions, and nobody adds themselves', async () => {
    assert.equal(await carol.code('addMember', { workspaceId: ids.red, username: 'carol', role: 'OWNER' }), 'NOT_FOUND')
    const { member } = await ada.do<{ member: { id: string } }>('addMember', { workspaceId: ids.red, username: 'ben', role: 'OPERATOR' }, 'member { id }')
    ids.ben = keep(member.id, ids.red)
    members.get(ids.red)!.add(ben)
    assert.equal(await ben.code('addMember', { workspaceId: ids.red, username: 'carol', role: 'VIEWER' }), 'FORBIDDEN')
    await everybodySeesTheirsOnly()
  })

  test('networks: three teams use the same name and the same addresses', async () => {
    ids.redNet = await createNetwork(ada, ids.red, 'lan')
    ids.blueNet = await createNetwork(carol, ids.blue, 'lan')
    await everybodySeesTheirsOnly()
  })

  test('VMs: same name, same address, other team; neither reaches the other', async () => {
    ids.redVm = await createVm(ben, ids.red, 'web', ids.redNet)
    ids.blueVm = await createVm(carol, ids.blue, 'web', ids.blueNet)
    ids.greenVm = await createVm(dan, ids.green, 'web', undefined)
    await everybodySeesTheirsOnly()
    assert.equal(await carol.code('createVm', { workspaceId: ids.blue, name: 'spy', templateId: cloud.templates.linked, interfaces: [{ networkId: ids.redNet }] }), 'NOT_FOUND')
    for (const stranger of [carol, dan]) await cannotGuess(stranger)

    // 10.70.0.3 is up in red only: from blue, whose subnet is the same, nobody answers there.
    const second = await createVm(ada, ids.red, 'db', ids.redNet)
    const shells = { red: await openGuestShell(ben, ids.redVm, password), blue: await openGuestShell(carol, ids.blueVm, password) }
    try {
      await until('the neighbour to answer', async () => (await shells.red.run('ping -c 1 -W 2 10.70.0.3')).code === 0, 120_000)
      assert.notEqual((await shells.blue.run('ping -c 2 -W 2 10.70.0.3')).code, 0)
    } finally {
      shells.red.close()
      shells.blue.close()
    }
    await ada.work('deleteVm', { vmId: second }, 'vm { id }')
    forget(second)
  })

  test('quotas: what is used up is refused with figures, in this workspace alone', async () => {
    assert.equal(await ada.code('setWorkspaceQuota', { workspaceId: ids.red, limits: [{ resource: 'VMS', limit: 9 }] }), 'FORBIDDEN')
    await admin.do('setWorkspaceQuota', { workspaceId: ids.red, limits: [{ resource: 'VMS', limit: 1 }] }, '__typename')
    const refused = await ben.try<object>('createVm', { workspaceId: ids.red, name: 'more', templateId: cloud.templates.linked }, '__typename') as Refusal
    assert.equal(refused.code, 'QUOTA_EXCEEDED')
    assert.match(refused.message, /1/)
    assert.equal(await carol.code('createVm', { workspaceId: ids.blue, name: 'more', templateId: cloud.templates.linked, dryRun: true }), 'allowed')
    await everybodySeesTheirsOnly()
  })

  test('edits: told to the own team, and to nobody else', async () => {
    const [red, blue] = [await ben.follow(ids.red), await carol.follow(ids.blue)]
    assert.equal(await carol.code('updateVm', { vmId: ids.redVm, name: 'stolen' }), 'NOT_FOUND')
    await ben.work('updateVm', { vmId: ids.redVm, name: 'www' }, 'vm { id }')
    await carol.work('updateVm', { vmId: ids.blueVm, description: 'changed too' }, 'vm { id }')
    await until('ben to hear of the change', () => red.changes.some(({ id }) => id === ids.redVm))
    await until('carol to hear of the change', () => blue.changes.some(({ id }) => id === ids.blueVm))
    const foreign = (changes: typeof red.changes, workspaceId: string) => changes.filter(({ id }) => things.has(id) && things.get(id)!.workspaceId !== workspaceId)
    assert.deepEqual([foreign(red.changes, ids.red), foreign(blue.changes, ids.blue)], [[], []])
    const strange = await dan.follow(ids.red)
    assert.equal(await until('dan to be sent away', () => strange.ended()), 'NOT_FOUND')
    await everybodySeesTheirsOnly()
  })

  test('a network is attached to a running VM and detached, by its team alone', async () => {
    const extra = await createNetwork(ada, ids.red, 'extra')
    assert.equal(await dan.code('attachInterface', { vmId: ids.greenVm, networkId: extra }), 'NOT_FOUND')
    await ben.work('attachInterface', { vmId: ids.redVm, networkId: extra }, 'vm { id }')
    assert.equal(await ada.code('deleteNetwork', { networkId: extra }), 'CONFLICT')
    const { node } = await ben.ask<{ node: { interfaces: { id: string; network: { id: string } }[] } }>('query($id: ID!) { node(id: $id) { ... on VM { interfaces { id network { id } } } } }', { id: ids.redVm })
    await ben.work('detachInterface', { interfaceId: node.interfaces.find(({ network }) => network.id === extra)!.id }, 'vm { id }')
    await ada.work('deleteNetwork', { networkId: extra }, 'network { id }')
    forget(extra)
    await everybodySeesTheirsOnly()
  })

  test('less rights: a member who may only look', async () => {
    await ada.do('updateMember', { memberId: ids.ben, role: 'VIEWER' }, '__typename')
    for (const [verb, input] of [['stopVm', { vmId: ids.redVm }], ['openConsole', { vmId: ids.redVm, kind: 'SERIAL' }], ['deleteNetwork', { networkId: ids.redNet }]] as const) assert.equal(await ben.code(verb, input), 'FORBIDDEN', verb)
    await everybodySeesTheirsOnly()
    await ada.do('updateMember', { memberId: ids.ben, role: 'OPERATOR' }, '__typename')
  })

  test('revocation in the middle of a subscription and of a console', async () => {
    const following = await ben.follow(ids.red)
    const consoles = [await ben.console(ids.redVm), await ada.console(ids.redVm)]
    const closed = consoles.map(() => false)
    consoles.forEach((console, index) => { console.closed.then(() => { closed[index] = true }, () => {}) })
    await ada.do('removeMember', { memberId: ids.ben }, '__typename')
    members.get(ids.red)!.delete(ben)
    forget(ids.ben)
    await until('ben\'s stream to end', () => following.ended(), 5_000)
    assert.equal(following.ended(), 'NOT_FOUND')
    await until('ben\'s console to close', () => closed[0], 5_000)
    await everybodySeesTheirsOnly()
    await cannotGuess(ben)
    // The owner's own console goes on.
    consoles[1]!.forget()
    consoles[1]!.send('\r')
    await until('the guest to answer the owner', () => consoles[1]!.seen().length > 0, 60_000)
    assert.equal(closed[1], false)
    consoles[1]!.close()
  })

  test('the last owner stays', async () => {
    const { node } = await ada.ask<{ node: { members: { edges: { node: { id: string; user: { username: string } } }[] } } }>('query($id: ID!) { node(id: $id) { ... on Workspace { members { edges { node { id user { username } } } } } } }', { id: ids.red })
    assert.deepEqual(node.members.edges.map(({ node: member }) => member.user.username), ['ada'])
    assert.equal(await ada.code('removeMember', { memberId: node.members.edges[0]!.node.id }), 'WRONG_STATE')
    await everybodySeesTheirsOnly()
  })

  test('the audit tells an owner what was done and refused in their workspace, and no other', async () => {
    const read = async (person: Person, workspaceId: string) => person.send<{ auditEntries: { edges: { node: { method: string; code: string | null } }[] } }>('query($id: ID!) { auditEntries(workspaceId: $id, first: 100) { edges { node { method code } } } }', { id: workspaceId })
    const { data } = await read(ada, ids.red)
    const told = data.auditEntries.edges.map(({ node }) => `${node.method} ${node.code ?? 'allowed'}`)
    for (const line of ['removeMember allowed', 'stopVm FORBIDDEN', 'updateVm allowed', 'openConsole allowed']) assert.ok(told.includes(line), `${line} is not among ${told.join(', ')}`)
    // What carol tried there is in her own list, without a word on what it was about.
    const tried = await carol.ask<{ auditEntries: { edges: { node: { method: string; code: string | null; objectName: string | null; workspace: { id: string } | null } }[] } }>('{ auditEntries(first: 100) { edges { node { method code objectName workspace { id } } } } }')
    const stolen = tried.auditEntries.edges.map(({ node }) => node).filter(({ method, code }) => method === 'updateVm' && code === 'NOT_FOUND')
    assert.deepEqual(stolen[0], { method: 'updateVm', code: 'NOT_FOUND', objectName: null, workspace: null })
    assert.deepEqual(tried.auditEntries.edges.filter(({ node }) => node.workspace && node.workspace.id !== ids.blue), [])
    const [hidden, nowhere] = [await read(carol, ids.red), await read(carol, encodeId('Workspace', newId()))]
    assert.deepEqual(sameWords(hidden), sameWords(nowhere))
  })

  test('deletion: all of one team, nothing of the others', async () => {
    const before = await cloud.ask<{ node: { status: string } }>('query($id: ID!) { node(id: $id) { ... on VM { status } } }', { id: ids.blueVm })
    const { plan } = await ada.do<{ plan: { hash: string; losses: string[] } }>('deleteWorkspace', { workspaceId: ids.red, dryRun: true }, 'plan { hash losses }')
    assert.match(plan.losses.join('\n'), /www/)
    const { task } = await ada.do<{ task: { id: string } }>('deleteWorkspace', { workspaceId: ids.red, planHash: plan.hash }, 'task { id }')
    await ada.taskDone(task.id)
    for (const thing of things.values()) if (thing.workspaceId === ids.red) forget(thing.id)
    members.delete(ids.red)
    await everybodySeesTheirsOnly()
    assert.deepEqual(await cloud.ask('query($id: ID!) { node(id: $id) { ... on VM { status } } }', { id: ids.blueVm }), before)
  })

  test('the others delete theirs, and the hosts are as they were', async () => {
    for (const [owner, workspaceId] of [[carol, ids.blue], [dan, ids.green]] as const) {
      const { task } = await owner.do<{ task: { id: string } }>('deleteWorkspace', { workspaceId }, 'task { id }')
      await owner.taskDone(task.id)
    }
    things.clear()
    members.clear()
    await everybodySeesTheirsOnly()
    assert.deepEqual(await inventories(), clean)
  })
})
