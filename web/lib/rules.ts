import { KloudakError } from '../../server/model/errors.ts'

/** What a rule of the server says about a value, for a form: null when it is right. */
export function said(check: () => unknown): string | null {
  try { check(); return null } catch (error) {
    if (!(error instanceof KloudakError)) throw error
    return [error.message, error.remedy].filter(Boolean).join(' ')
  }
}

export const sentence = ({ message, remedy }: { message: string; remedy?: string | null }): string => [message, remedy].filter(Boolean).join(' ')
