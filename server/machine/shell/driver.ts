import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { CallControl } from '../../model/call-control.ts'
import { KloudakError } from '../../model/errors.ts'
import { shellRemedy } from '../../model/host-preparation.ts'
import { silentReport } from '../driver.ts'
import type { MachineDriver, MachineHost, OfferedKey, PrepareOrder } from '../driver.ts'
import { machineError, refusal } from './errors.ts'
import { readReport } from './read-report.ts'

export interface ScriptOutcome { exitCode: number | null; stdout: string; stderr: string }
export interface ScriptRequest { command: string; input: string; reply?: ((line: string) => Promise<string>) | undefined; timeoutMs: number; signal?: AbortSignal | undefined }

/** The ways to a host that a shell needs: over ssh, or on this machine. Errors are those of the wire. */
export interface ShellWays {
  name: string
  run(request: ScriptRequest): Promise<ScriptOutcome>
  offeredKey(limits: { timeoutMs: number }): Promise<OfferedKey>
  /** Over a new connection: throws when the host's hypervisor does not answer. */
  reachHypervisor(control: CallControl): Promise<void>
  signIn(limits: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<void>
}

const script = readFileSync(new URL('host.sh', import.meta.url), 'utf8')
/** One constant for all hosts and all verbs: what differs goes through standard input. */
const command = `exec /bin/sh -c '${script.replaceAll("'", String.raw`'\''`)}'`

const answer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), sections: z.record(z.string(), z.object({ code: z.number(), text: z.string() })).optional() }),
  z.object({ ok: z.literal(false), error: z.string(), subject: z.string(), detail: z.string() }),
])

/** A host by its own shell, through the one script. */
export function shellMachine(ways: ShellWays): MachineHost {
  return { bind: (control) => bind(ways, control) }
}

function bind(ways: ShellWays, control: CallControl): MachineDriver {
  const limits = { timeoutMs: control.timeoutMs, signal: control.signal }
  const guarded = async <T>(doesChange: boolean, act: () => Promise<T>): Promise<T> => {
    if (control.signal?.aborted) throw new KloudakError('CANCELLED', 'The work was cancelled.', { cause: control.signal.reason })
    control.beforeCall()
    try { return await act() } catch (error) { throw machineError(error, { host: ways.name, doesChange, signal: control.signal }) }
  }
  const run = async (verb: object, { doesChange, reply }: { doesChange: boolean; reply?: ScriptRequest['reply'] }) => {
    const { exitCode, stdout, stderr } = await guarded(doesChange, () => ways.run({ command, input: `${JSON.stringify(verb)}\n`, reply, ...limits }))
    // A key that may only forward runs another command than ours, or none: it ends without a word on standard output.
    if (stdout === '' && exitCode !== 0) return 'refused'
    return readAnswer(ways.name, stdout, stderr)
  }
  const change = async (verb: object): Promise<void> => {
    const answered = await run(verb, { doesChange: true })
    if (answered === 'refused') throw shellRefused(ways.name)
    if (!answered.ok) throw refusal(ways.name, answered)
  }
  const order = ({ mark, bridges, folders }: PrepareOrder) => ({ mark, bridges, folders })
  return {
    offeredKey: () => guarded(false, () => ways.offeredKey(limits)),
    admits: async () => {
      try {
        await guarded(false, () => ways.signIn(limits))
        return true
      } catch (error) {
        if (error instanceof KloudakError && error.code === 'FORBIDDEN') return false
        throw error
      }
    },
    discover: async (folders) => {
      const answered = await run({ verb: 'discover', folders }, { doesChange: false })
      if (answered === 'refused') return silentReport('refused')
      if (!answered.ok) throw refusal(ways.name, answered)
      return readReport(answered.sections ?? {})
    },
    prepare: (asked) => change({ verb: 'prepare', ...order(asked) }),
    unprepare: (asked) => change({ verb: 'unprepare', ...order(asked) }),
    restrictKey: async (publicKey) => {
      const [type, blob] = publicKey.split(' ')
      let isProven = false
      const answered = await run({ verb: 'restrict', type, blob }, {
        doesChange: true,
        reply: async (line) => {
          if (!answer.parse(JSON.parse(line)).ok) return ''
          await prove(ways, control)
          isProven = true
          return 'keep\n'
        },
      })
      if (answered === 'refused') throw shellRefused(ways.name)
      if (!answered.ok) throw refusal(ways.name, answered)
      if (!isProven) throw new KloudakError('OUTCOME_UNKNOWN', `Whether the key of host ${ways.name} is restricted is not known.`)
    },
  }
}

/** The restricted key still does what it is for, and nothing else. */
async function prove(ways: ShellWays, control: CallControl): Promise<void> {
  await ways.reachHypervisor(control)
  control.beforeCall()
  const { exitCode, stdout } = await ways.run({ command, input: `${JSON.stringify({ verb: 'discover', folders: [] })}\n`, timeoutMs: control.timeoutMs, signal: control.signal })
  if (exitCode === 0 || stdout !== '') throw new KloudakError('WRONG_STATE', `Host ${ways.name} still runs commands for the restricted key.`, { remedy: 'Another line of authorized_keys lets the same key in: remove it.' })
}

function readAnswer(name: string, stdout: string, stderr: string): z.infer<typeof answer> {
  try {
    return answer.parse(JSON.parse(stdout))
  } catch (cause) {
    throw new KloudakError('INTERNAL', `The shell of host ${name} gave an answer that cannot be read.`, { cause: new Error(`${stdout.slice(0, 500)} ${stderr.slice(0, 500)}`, { cause }) })
  }
}

const shellRefused = (name: string) => new KloudakError('WRONG_STATE', `The key of host ${name} may only forward: nothing can be made there.`, { remedy: shellRemedy })
