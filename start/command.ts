import { resolve } from 'node:path'
import { KloudakError } from '../server/model/errors.ts'

/** A file as the caller means it: npm runs scripts in the project's own folder. */
export const fileOf = (given: string): string => resolve(process.env.INIT_CWD ?? '.', given)

/** Runs a command with its arguments; a usage line, or an error with its remedy, goes to standard error with exit code 1. */
export async function runCommand(usage: string, count: number, work: (args: string[], flags: ReadonlySet<string>) => Promise<void>, known: ReadonlySet<string> = new Set()): Promise<void> {
  const given = process.argv.slice(2)
  const flags = new Set(given.filter((one) => one.startsWith('--')))
  const args = given.filter((one) => !one.startsWith('--'))
  if (args.length !== count || [...flags].some((flag) => !known.has(flag))) {
    console.error(`usage: ${usage}`)
    process.exit(1)
  }
  try {
    await work(args, flags)
  } catch (error) {
    console.error(error instanceof KloudakError ? [error.message, error.remedy].filter(Boolean).join('\n') : error)
    process.exit(1)
  }
}
