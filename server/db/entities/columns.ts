import { p } from '@mikro-orm/core'

/** UUIDv7, made here so that the caller knows the id before the row is written. */
export const id = () => p.uuid().primary()
/** Written by trigger: read them, never set them. */
export const version = () => p.integer().default(1)
export const createdAt = () => p.datetime(3).defaultRaw('now()')
export const updatedAt = () => p.datetime(3).defaultRaw('now()')
/** Sizes fit a safe integer: 8 PiB. */
export const bytes = () => p.bigint('number')
