/** Why a console's WebSocket was closed, as the API tells the browser. Codes above 4000 are an application's own. */
export const consoleClosings = {
  ticketSpent: { code: 4401, reason: 'The ticket was spent before, or is too old.' },
  forbidden: { code: 4403, reason: 'The right to this console has ended.' },
  gone: { code: 4404, reason: 'There is no such VM.' },
  ended: { code: 4410, reason: 'The console has ended: the VM does not run.' },
  tooMany: { code: 4429, reason: 'Too many consoles are open.' },
  unavailable: { code: 4503, reason: 'The host of the VM cannot be reached now.' },
} as const
export type ConsoleClosing = keyof typeof consoleClosings

const forGood: readonly number[] = [1000, consoleClosings.forbidden.code, consoleClosings.gone.code, consoleClosings.ended.code, consoleClosings.tooMany.code]

/** Whether a viewer should ask for a new ticket and come back by itself: not when the end was meant. */
export const consoleComesBack = (closeCode: number): boolean => !forGood.includes(closeCode)
