// What the system of a host says of itself, as of now: nothing that counts up.

/** Tasks that run or wait, for a processor or for a disk: their mean over the last 1, 5 and 15 minutes. */
export interface LoadAverages { load1: number; load5: number; load15: number }

/** A file system of the host itself that is local and can be written to. */
export interface FileSystem { mountPoint: string; sizeBytes: number; usedBytes: number }

/** Null for what the host does not tell. */
export interface HostFigures { load: LoadAverages | null; fileSystems: FileSystem[] | null }

/** File systems that were told so long ago say nothing of now any more. */
export const figuresFreshForMs = 300_000
