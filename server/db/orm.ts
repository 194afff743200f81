import postgres from 'postgres'
import { MikroORM } from '@mikro-orm/postgresql'
import type { SqlEntityManager } from '@mikro-orm/postgresql'
import { Migrator } from '@mikro-orm/migrations'
import { Migration20261120_1_foundation } from '../../migrations/20261120_1_foundation.ts'
import { Migration20261121_1_audit } from '../../migrations/20261121_1_audit.ts'
import { Migration20261121_2_accounts } from '../../migrations/20261121_2_accounts.ts'
import { Migration20261121_3_members } from '../../migrations/20261121_3_members.ts'
import { Migration20261121_4_quotas } from '../../migrations/20261121_4_quotas.ts'
import { Migration20261121_5_catalogue } from '../../migrations/20261121_5_catalogue.ts'
import { Migration20261121_6_vm_interface_phase } from '../../migrations/20261121_6_vm_interface_phase.ts'
import { Migration20261121_7_tasks_and_audit } from '../../migrations/20261121_7_tasks_and_audit.ts'
import { Migration20261121_8_host_review } from '../../migrations/20261121_8_host_review.ts'
import { Migration20261121_9_pool_marks } from '../../migrations/20261121_9_pool_marks.ts'
import { Migration20261122_1_hosts } from '../../migrations/20261122_1_hosts.ts'
import { Migration20261122_2_host_onboarding } from '../../migrations/20261122_2_host_onboarding.ts'
import { Migration20261122_3_pools } from '../../migrations/20261122_3_pools.ts'
import { Migration20261122_4_stats } from '../../migrations/20261122_4_stats.ts'
import { Migration20261122_5_drift } from '../../migrations/20261122_5_drift.ts'
import { Migration20261122_6_placement } from '../../migrations/20261122_6_placement.ts'
import { Migration20261122_7_failover } from '../../migrations/20261122_7_failover.ts'
import { Migration20261122_8_migrations } from '../../migrations/20261122_8_migrations.ts'
import { Migration20261122_9_worker_leases } from '../../migrations/20261122_9_worker_leases.ts'
import { Migration20261123_1_ceph_fence } from '../../migrations/20261123_1_ceph_fence.ts'
import { Migration20261125_1_host_figures } from '../../migrations/20261125_1_host_figures.ts'
import { Migration20261125_2_host_silence } from '../../migrations/20261125_2_host_silence.ts'
import { Migration20261126_1_image_source } from '../../migrations/20261126_1_image_source.ts'
import { AffinityGroup, AffinityMember } from './entities/affinity-group.ts'
import { Audit } from './entities/audit.ts'
import { Image, ImageReplica, ImageVersion, ImageWorkspace, InstanceType, InstanceTypeWorkspace, Template, TemplateWorkspace } from './entities/catalogue.ts'
import { Drift, GuestAddress } from './entities/drift.ts'
import { Area, Host, HostInventory, HostLease, Installation, Pool, PoolHost, Worker } from './entities/infrastructure.ts'
import { Fence, FenceDevice, HostDoubt, HostOutage, HostSilence, HostVerdict, VmRecovery } from './entities/failover.ts'
import { Address, Network, ReservedRange, Subnet } from './entities/network.ts'
import { Membership, Session, SigningKey, UserAccount, Workspace } from './entities/people.ts'
import { DefaultQuota, QuotaLimit } from './entities/quota.ts'
import { Disk, Reservation, Vm, VmInterface } from './entities/vm.ts'
import { ConsoleTicket, Event, Idempotency, ObjectLock, Saga, SagaStep, Task } from './entities/work.ts'
import { giveBackEnded } from './pool.ts'
import type { ConnectionPool } from './pool.ts'
import { preparing } from './prepare.ts'

const entities = [
  Installation, UserAccount, Session, SigningKey, Workspace, Membership, Area, Host, HostInventory, HostLease, Worker, Pool, PoolHost,
  Image, ImageVersion, ImageReplica, ImageWorkspace, Template, TemplateWorkspace, InstanceType, InstanceTypeWorkspace, Network, Subnet, ReservedRange, Address, Vm, Disk, VmInterface, Reservation,
  Task, Saga, SagaStep, ObjectLock, Idempotency, ConsoleTicket, Event, Audit,
  QuotaLimit, DefaultQuota,
  FenceDevice, HostOutage, Fence, VmRecovery, HostDoubt, HostVerdict, HostSilence,
  Drift, GuestAddress,
  AffinityGroup, AffinityMember,
]

// In the order of their names. One that has been released is never edited.
const migrations = [
  { name: '20261120_1_foundation', class: Migration20261120_1_foundation },
  { name: '20261121_1_audit', class: Migration20261121_1_audit },
  { name: '20261121_2_accounts', class: Migration20261121_2_accounts },
  { name: '20261121_3_members', class: Migration20261121_3_members },
  { name: '20261121_4_quotas', class: Migration20261121_4_quotas },
  { name: '20261121_5_catalogue', class: Migration20261121_5_catalogue },
  { name: '20261121_6_vm_interface_phase', class: Migration20261121_6_vm_interface_phase },
  { name: '20261121_7_tasks_and_audit', class: Migration20261121_7_tasks_and_audit },
  { name: '20261121_8_host_review', class: Migration20261121_8_host_review },
  { name: '20261121_9_pool_marks', class: Migration20261121_9_pool_marks },
  { name: '20261122_1_hosts', class: Migration20261122_1_hosts },
  { name: '20261122_2_host_onboarding', class: Migration20261122_2_host_onboarding },
  { name: '20261122_3_pools', class: Migration20261122_3_pools },
  { name: '20261122_4_stats', class: Migration20261122_4_stats },
  { name: '20261122_5_drift', class: Migration20261122_5_drift },
  { name: '20261122_6_placement', class: Migration20261122_6_placement },
  { name: '20261122_7_failover', class: Migration20261122_7_failover },
  { name: '20261122_8_migrations', class: Migration20261122_8_migrations },
  { name: '20261122_9_worker_leases', class: Migration20261122_9_worker_leases },
  { name: '20261123_1_ceph_fence', class: Migration20261123_1_ceph_fence },
  { name: '20261125_1_host_figures', class: Migration20261125_1_host_figures },
  { name: '20261125_2_host_silence', class: Migration20261125_2_host_silence },
  { name: '20261126_1_image_source', class: Migration20261126_1_image_source },
]

export type Em = SqlEntityManager

export interface DbOptions {
  url: string
  /** Connections that this process may hold. */
  poolSize?: number
  applicationName?: string
  transactionTimeoutMs?: number
}

/** A migration fills in what older rows lack: as long as that takes, event streams wait. */
const migrationTimeoutMs = 600_000

/**
 * Opens the database. Every transaction ends within 5 s, because one that stays open holds back the event streams
 * of all (decision 3).
 */
export async function openDb({ url, poolSize = 10, applicationName = 'kloudak', transactionTimeoutMs = 5_000 }: DbOptions) {
  return MikroORM.init({
    entities,
    clientUrl: url,
    ensureDatabase: false,
    pool: { min: 0, max: poolSize },
    driverOptions: {
      application_name: applicationName,
      options: `-c transaction_timeout=${transactionTimeoutMs} -c timezone=UTC`,
      onPoolCreated: (pool: ConnectionPool) => { giveBackEnded(pool); pool.on('connect', preparing) },
    },
    extensions: [Migrator],
    migrations: { migrationsList: migrations, tableName: 'migration', snapshot: false, transactional: true, allOrNothing: true, silent: true },
    forceUtcTimezone: true,
  })
}
export type Db = Awaited<ReturnType<typeof openDb>>

/** Migrations that the database still lacks, by name. */
export async function pendingMigrations(db: Db): Promise<string[]> {
  return (await db.migrator.getPending()).map(({ name }) => name)
}

/** Every migration there is, in order, with its statements: for a restore, which runs them in its own transaction. */
export function migrationStatements(db: Db): { name: string; statements: string[] }[] {
  const all = []
  for (const { name, class: Migration } of migrations) {
    const migration = new Migration(db.em.getDriver(), db.config)
    migration.up()
    const statements = migration.getQueries()
    if (!statements.every((statement) => typeof statement === 'string')) throw new Error(`the migration ${name} is not plain SQL`)
    all.push({ name, statements })
  }
  return all
}

/** Brings the schema up to date; several processes may call it at once, one does the work. Returns the names of what it ran. */
export async function migrate(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  const db = await openDb({ url, poolSize: 2, applicationName: 'kloudak-migrate', transactionTimeoutMs: migrationTimeoutMs })
  try {
    // A lock of the session, not of a transaction: the migrations run on another connection.
    await sql`select pg_advisory_lock(7203411)`
    return (await db.migrator.up()).map(({ name }) => name)
  } finally {
    await sql.end()
    await db.close(true)
  }
}
