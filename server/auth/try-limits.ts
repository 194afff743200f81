import { addressKey } from './address-key.ts'
import type { TryLimit } from './tries.ts'

/**
 * Who guesses at an account is slowed by where they guess from. What comes from everywhere at once is slowed too, but an
 * address from which the owner has signed in before is not: nobody can shut others out of their accounts.
 */
export function signInLimits(usernameKey: string, clientAddress: string): TryLimit[] {
  const address = addressKey(clientAddress)
  const here = `sign-in ${address} ${usernameKey}`
  return [
    { name: here, burst: 10, perSecond: 1 / 30 },
    { name: `sign-in ${address}`, burst: 50, perSecond: 1 / 6 },
    { name: `sign-in of ${usernameKey}`, burst: 100, perSecond: 1 / 10, waivedBy: here },
  ]
}

/** Accounts that one address may make. */
export const signUpLimits = (clientAddress: string): TryLimit[] => [{ name: `sign-up ${addressKey(clientAddress)}`, burst: 20, perSecond: 1 / 60 }]

/** Guesses of the current password by whoever holds a session of the user. */
export const passwordLimits = (userId: string): TryLimit[] => [{ name: `password of ${userId}`, burst: 10, perSecond: 1 / 30 }]
