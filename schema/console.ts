import { openConsole } from '../server/app/console.ts'
import type { ConsoleKind } from '../server/db/queries/console-ticket.ts'
import { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { mutation } from './mutation.ts'

const ConsoleKindType = builder.enumType('ConsoleKind', {
  description: 'What of a VM to look at.',
  values: {
    SERIAL: { value: 'serial' satisfies ConsoleKind, description: 'Its first serial port: bytes of a terminal.' },
    SCREEN: { value: 'screen' satisfies ConsoleKind, description: 'Its screen, keyboard and mouse: the bytes of VNC (RFB).' },
  },
})

mutation('openConsole', {
  description: 'A ticket for the console of a VM that runs. The console is a WebSocket of binary messages at `path`, on this server; the ticket opens it once.',
  input: (t) => ({
    vmId: t.id({ required: true, description: 'The VM.' }),
    kind: t.field({ type: ConsoleKindType, required: true, description: 'Serial port or screen.' }),
  }),
  payload: (t) => ({
    path: t.string({ description: 'Path and query of the WebSocket, with the ticket in it. Not to be kept or shown.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'Until when it has to be opened.' }),
  }),
  withoutKey: true,
  resolve: async ({ vmId, kind }, context) => {
    const { ticket, expiresAt } = await openConsole(context, { vmId: decodeId('VM', vmId, 'vmId'), kind })
    return { path: `/console?ticket=${ticket}`, expiresAt }
  },
})
