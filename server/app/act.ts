import type { SagaContract } from '../../jobs/contract/contract.ts'
import { changeAccess, holdAccess } from '../auth/access.ts'
import type { Actor } from '../auth/actor.ts'
import { loadActors } from '../auth/actors.ts'
import { authorize, requireActor, requireSight, requireSuperuser } from '../auth/authorize.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import type { Permission } from '../model/permissions.ts'
import { auditAllowed } from './audit.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { firstOf, rememberTask } from './idempotency.ts'
import { PlanDraft } from './plan.ts'
import type { Plan } from './plan.ts'
import { retried } from './retry.ts'
import { startTask } from './task.ts'
import type { StartedTask } from './task.ts'

export interface Verb {
  /** For example 'createVm'. */
  method: string
  /** All that was asked for. The same idempotency key with another input is CONFLICT. */
  input: Asked
  /** What the verb makes or works on. */
  objectId: string
  /** It changes the rights of the caller: of two at once one waits for the other. */
  changesOwnAccess?: boolean
}

interface ActTask<Input> {
  contract: SagaContract<Input>
  input: Input
  /** Null for operators' work, which belongs to no workspace. */
  workspaceId: string | null
  object: { type: string; id: string; name: string }
}

/** A verb at work: its transaction, who asks as the database knows them in it, and what it is going to say of itself. */
export class Act {
  readonly em: Em
  readonly actor: Actor
  readonly plan = new PlanDraft()
  readonly context: AppContext
  readonly method: string
  /** Whether anybody looks at the plan: reading only for it can be spared otherwise. */
  readonly wantsPlan: boolean

  constructor(em: Em, actor: Actor, context: AppContext, method: string, wantsPlan: boolean) {
    this.em = em
    this.actor = actor
    this.context = context
    this.method = method
    this.wantsPlan = wantsPlan
  }

  /** What the audit shall say that it was about. */
  set object(object: { type: string; id: string; name: string }) { this.context.note.object = object }

  /** As `authorize`, and tells the audit which workspace it was about, also when it is refused. */
  authorize(permission: Permission, workspaceId: string | null, what: string, field?: string): void {
    this.context.note.workspaceId = workspaceId
    authorize(this.actor, permission, workspaceId, what, field)
  }

  /** As `requireSight`, told to the audit. */
  requireSight(workspaceId: string | null, what: string, field?: string): void {
    this.context.note.workspaceId = workspaceId
    requireSight(this.actor, workspaceId, what, field)
  }

  requireSuperuser(): void { requireSuperuser(this.actor) }

  /** Starts the work on hosts; its steps are part of the plan. */
  async startTask<Input>({ contract, input, workspaceId, object }: ActTask<Input>): Promise<StartedTask> {
    const { requestId, clientAddress, note, sender } = this.context
    this.object = object
    note.workspaceId ??= workspaceId
    for (const { title } of contract.steps) this.plan.step(`${title}.`)
    return startTask(this.em, sender, { contract, input, workspaceId, object, userId: this.actor.id, method: this.method, publicInput: note.input, requestId, clientAddress })
  }
}

/** Ends the transaction of a dry run. */
class Planned extends Error {
  readonly plan: Plan
  constructor(plan: Plan) {
    super('planned')
    this.plan = plan
  }
}

/**
 * Does a verb's work in one transaction:
 * - with the actor's rights as they are then, held until it commits (a revocation waits, or is seen);
 * - once only for each (actor, idempotency key);
 * - with its row in the audit;
 * - for a dry run all of it, and then undone: the plan is what would have happened, not a guess;
 * - with a plan's hash only if the plan would still be the same, else PLAN_CHANGED.
 *
 * A collision that a repetition can mend is tried again from the start.
 */
export async function act(context: AppContext, { method, input, objectId, changesOwnAccess = false }: Verb, work: (act: Act) => Promise<{ taskId: string | null }>): Promise<Done> {
  const { id: userId, sessionId } = requireActor(context.actor)
  const { idempotencyKey, dryRun, planHash, ...asked } = input
  context.note.dryRun = dryRun === true
  const wantsPlan = dryRun === true || planHash != null
  const done = retried(context.em, async (em): Promise<Done> => {
    await (changesOwnAccess ? changeAccess : holdAccess)(em, userId)
    const actor = requireActor((await loadActors(em, [sessionId])).get(sessionId))
    const first = dryRun ? undefined : await firstOf(em, { userId, key: idempotencyKey, method, input: asked, objectId, secrets: [context.auth.inputSecret, ...context.auth.olderInputSecrets ?? []] })
    if (first) {
      await auditAllowed(em, context, first.taskId)
      return first
    }
    const running = new Act(em, actor, context, method, wantsPlan)
    const { taskId } = await work(running)
    if (wantsPlan) {
      const plan = running.plan.finish(context.auth.inputSecret, { method, userId, asked })
      if (dryRun) throw new Planned(plan)
      if (plan.hash !== planHash) throw new KloudakError('PLAN_CHANGED', 'What the plan rests on has changed since it was made.', { field: 'planHash', remedy: 'Ask for the plan again, look at it, and send its hash.' })
    }
    await rememberTask(em, { userId, key: idempotencyKey, taskId })
    await auditAllowed(em, context, taskId)
    return { objectId, taskId }
  })
  return done.catch(async (error: unknown) => {
    if (!(error instanceof Planned)) throw error
    context.note.plan = error.plan
    await context.em.transactional((em) => auditAllowed(em, context))
    return { objectId, taskId: null }
  })
}
