import { imageImport } from '../contract/image.ts'
import { defineSaga, stepsOf } from '../saga/define.ts'
import type { Deps } from './deps.ts'
import { dropReplica, setReplica, uploadReplica, verifyReplica } from './image-replica.ts'

const step = stepsOf<typeof imageImport, Deps>()

const books = step('undo-books', { kind: 'undoOnly', undo: (context) => setReplica(context, context.input, 'failed') })

const upload = step('upload', {
  kind: 'idempotent',
  // A host that is being enrolled comes up in a moment.
  retry: { attempts: 40, waitMs: 500 },
  do: (context) => uploadReplica(context, context.input),
  undo: (context) => dropReplica(context, context.input),
})

const verify = step('verify', { kind: 'idempotent', do: (context) => verifyReplica(context, context.input) })

/** A pivot: from here on disks may stand on the replica, so that it cannot be taken back. */
const ready = step('ready', { kind: 'pivot', do: (context) => setReplica(context, context.input, 'ready') })

export const imageImportSaga = defineSaga(imageImport, { steps: [books, upload, verify, ready] })
