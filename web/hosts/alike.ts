interface FileSystem { mountPoint: string; sizeBytes: number; usedBytes: number }

/** What may be written between two looks of the host at the same file system. */
const betweenLooksBytes = 1024 * 1024

/**
 * Those that are as large and as full as each other in one line, by the shortest name: nearly always one file system that is
 * mounted at several places, which its host does not say.
 */
export function alike<One extends FileSystem>(all: readonly One[]): (One & { others: string[] })[] {
  const found: (One & { others: string[] })[] = []
  for (const one of all.toSorted((a, b) => a.mountPoint.length - b.mountPoint.length)) {
    const known = found.find(({ sizeBytes, usedBytes }) => sizeBytes === one.sizeBytes && Math.abs(usedBytes - one.usedBytes) <= betweenLooksBytes)
    if (known) known.others.push(one.mountPoint)
    else found.push({ ...one, others: [] })
  }
  return found
}
