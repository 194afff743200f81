// Which room may import which. A room that is not named here may import nothing of ours.
// The order is that of a mutation: web -> schema -> app -> contract -> saga -> hypervisor -> wire.
const rooms = {
  '^server/model/': [],
  '^server/wire/': [],
  '^server/hypervisor/': ['^server/model/', '^server/wire/'],
  '^server/fabric/': ['^server/model/', '^server/wire/'],
  '^server/machine/': ['^server/model/', '^server/wire/'],
  '^server/db/': ['^server/model/', '^migrations/'],
  '^server/backup/': ['^server/model/', '^server/db/'],
  '^server/events/': ['^server/model/', '^server/db/'],
  '^server/auth/': ['^server/model/', '^server/db/'],
  '^server/app/': ['^server/model/', '^server/db/', '^server/auth/', '^server/events/', '^jobs/contract/'],
  '^server/console/': ['^server/model/', '^server/auth/', '^server/events/', '^server/db/'],
  '^server/metrics/': [],
  '^server/http/': ['^schema/', '^server/(metrics|app|auth|console|events|model|db)/', '^server/log.ts$'],
  '^schema/': ['^server/(app|auth|events|model|db)/', '^server/log.ts$'],
  '^jobs/contract/': ['^server/model/'],
  '^jobs/saga/': ['^server/(model|db|events)/', '^jobs/contract/'],
  // What a worker sees of a host, and whose the host is.
  '^jobs/review/': ['^server/(model|db|hypervisor|fabric)/'],
  '^jobs/fencing/': ['^server/model/'],
  // What lies in the web, for a worker to bring into a pool.
  '^jobs/images/': ['^server/model/'],
  '^jobs/sagas/': ['^jobs/(contract|saga|review|fencing|images)/', '^server/(model|db|events|hypervisor|fabric|machine)/'],
  '^jobs/watch/': ['^server/(model|db|events|hypervisor|fabric)/', '^jobs/(saga|hosts|review)/'],
  '^jobs/drill/': ['^server/(model|db|events)/'],
  '^jobs/hosts/': ['^jobs/review/', '^server/(model|db|hypervisor|fabric|machine|wire)/'],
  '^jobs/stats/': ['^server/(model|db|hypervisor)/', '^jobs/(hosts|watch)/'],
  '^jobs/consoles/': ['^server/(model|db|hypervisor)/', '^jobs/hosts/'],
  '^jobs/guests/': ['^jobs/(hosts|watch|sweep)/', '^server/(model|db|hypervisor)/'],
  '^jobs/sweep/': ['^jobs/(contract|saga|sagas|hosts|review|watch)/', '^server/(model|db|events|hypervisor|fabric)/'],
  '^web/': ['^server/model/'],
  '^cli/': ['^server/model/'],
}
const self = (room) => room
const tests = '\\.test\\.ts$'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `room ${room.slice(1, -1)}`,
      comment: `${room} may import only: ${allowed.join(' ') || 'nothing'}`,
      severity: 'error',
      from: { path: room, pathNot: tests },
      to: { path: '^(server|schema|jobs|migrations|web|cli|lab|start|test|bench|tools)/', pathNot: [self(room), ...allowed] },
    })),
    { name: 'model is pure', severity: 'error', from: { path: '^server/model/', pathNot: tests }, to: { dependencyTypes: ['core', 'npm'] } },
    { name: 'commands on hosts', comment: 'one file runs the one constant script (decision 22)', severity: 'error', from: { path: '^(server|schema|jobs|web|cli)/', pathNot: `^jobs/hosts/machine\\.ts$|${tests}` }, to: { path: '^server/wire/ssh/exec\\.ts$' } },
    { name: 'no cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'product does not lean on tests or the lab', severity: 'error', from: { path: '^(server|schema|jobs|migrations|web|cli)/', pathNot: tests }, to: { path: '^(test|lab|bench|tools|start)/' } },
    { name: 'web features apart', severity: 'error', from: { path: '^web/(vms|networks|affinity|hosts|areas|pools|catalogue|tasks|members|account|users|audit)/' }, to: { path: '^web/(vms|networks|affinity|hosts|areas|pools|catalogue|tasks|members|account|users|audit)/', pathNot: '^web/$1/' } },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist)/' },
  },
}
