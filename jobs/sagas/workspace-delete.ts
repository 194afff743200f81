import type { StoredError } from '../../server/db/entities/work.ts'
import type { Em } from '../../server/db/orm.ts'
import { NotYet } from '../../server/model/errors.ts'
import { toldToTenant } from '../../server/model/told.ts'
import type { Words } from '../../server/model/told.ts'
import { TenantWords } from '../../server/model/tenant-words.ts'
import { workspaceDelete } from '../contract/workspace.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { StepContext } from '../saga/step.ts'
import type { ChildKind, Deps } from './deps.ts'

type Context = StepContext<{ workspaceId: string }, Deps>

const step = stepsOf<typeof workspaceDelete, Deps>()

/** Deletions at once: those of a large workspace must not keep everybody else's work waiting. */
const atOnce = 32
/** Between two looks: while something goes on, and while only a person can help. */
const lookMs = 1_000
const stuckLookMs = 5_000

const kinds = {
  vm: { method: 'deleteVm', noun: 'VM' },
  network: { method: 'deleteNetwork', noun: 'network' },
} as const satisfies Record<ChildKind, object>

interface Stuck { object_name: string; error: StoredError | null; total: number }
interface Standing { left: number; underWay: number; stuck: Stuck | undefined }

/** What of this kind is still there; a deletion that waits behind stuck work on its object is not under way. */
async function look(em: Em, workspaceId: string, kind: ChildKind): Promise<Standing> {
  const [{ left }] = await em.execute<[{ left: number }]>(`select count(*)::integer as left from ${kind} where workspace_id = ?`, [workspaceId])
  const [{ under_way }] = await em.execute<[{ under_way: number }]>(`
    select count(*)::integer as under_way from task where workspace_id = ? and method = ? and state in ('queued', 'running', 'undoing')
      and not exists (select 1 from task ahead where ahead.workspace_id = task.workspace_id and ahead.object_id = task.object_id and ahead.state = 'stuck')`, [workspaceId, kinds[kind].method])
  const [stuck] = await em.execute<Stuck[]>(`
    select object_name, error, count(*) over ()::integer as total from task where workspace_id = ? and object_type = ? and state = 'stuck' order by id limit 1`, [workspaceId, kind])
  return { left, underWay: under_way, stuck }
}

/** Has everything of this kind deleted, and comes back later until nothing of it is left. */
async function clear(context: Context, kind: ChildKind): Promise<void> {
  const { workspaceId } = context.input
  const standing = await context.write(async (em) => {
    const { underWay } = await look(em, workspaceId, kind)
    if (underWay < atOnce) await context.deps.children[kind](em, { taskId: context.taskId, workspaceId }, atOnce - underWay)
    return look(em, workspaceId, kind)
  })
  if (standing.left > 0) throw waitingFor(standing, kind)
}

function waitingFor({ left, underWay, stuck }: Standing, kind: ChildKind): NotYet {
  const { noun } = kinds[kind]
  const rest = `${left} ${noun}${left === 1 ? ' is' : 's are'} still there.`
  if (!stuck) return told({ message: `Deleting the ${noun}s: ${rest}` }, { message: `Deleting the ${noun}s: ${rest}` }, lookMs)
  const others = stuck.total > 1 ? ` So are ${stuck.total - 1} others.` : ''
  const say = (why: Words | null): Words => ({
    message: `The work on ${stuck.object_name} is stuck${why ? `: ${why.message}` : '.'}${others} ${rest}`,
    remedy: [why?.remedy, 'Mend what holds it up and retry that task: this one goes on by itself.'].filter(Boolean).join(' '),
  })
  return told(say(stuck.error), { ...say(stuck.error && toldToTenant(stuck.error)), remedy: 'Retry that task once an operator has mended what holds it up: this one goes on by itself.' }, underWay > 0 ? lookMs : stuckLookMs)
}

/** The names in it are those of the tenant's own things. */
const told = ({ message, remedy }: Words, tenant: Words, retryAfterMs: number) => new NotYet(message, { retryAfterMs, remedy, tenant: TenantWords.vouched(tenant.message, tenant.remedy) })

/** A deletion that was cancelled before it began leaves a workspace like any other. */
const reopen = step('undo-books', {
  kind: 'undoOnly',
  undo: async (context) => {
    await context.write(async (em) => { await em.execute("update workspace set phase = 'ready' where id = ? and phase = 'deleting'", [context.input.workspaceId]) })
  },
})

const vms = step('vms', { kind: 'pivot', do: (context) => clear(context, 'vm') })

/** After the VMs: a network that one is on cannot go. */
const networks = step('networks', { kind: 'idempotent', do: (context) => clear(context, 'network') })

/** The members go with the row, and with them whatever they have open on it. */
const books = step('books', {
  kind: 'idempotent',
  do: async (context) => {
    await context.write(async (em) => { await em.execute('delete from workspace where id = ?', [context.input.workspaceId]) })
  },
})

export const workspaceDeleteSaga = defineSaga(workspaceDelete, { steps: [reopen, vms, networks, books] })
