// Why a VM or a network failed, where no error of a host is behind it. These tell nothing of hosts: everybody reads them.

export const creationCancelled = 'The creation was cancelled.'
export const deletedOnHost = 'Its host does not have this VM: it was deleted after the backup from which the database was restored, or by somebody else.'
export const deletionCutOff = 'Its deletion was under way when the database was backed up: delete it again.'
export const creationCutOff = 'Its creation was under way when the database was backed up, and does not go on.'

const forAll: readonly string[] = [creationCancelled, deletedOnHost, deletionCutOff, creationCutOff]

/** Whether tenants may read the stored sentence; all others are what an error of a host told operators. */
export const isForAll = (failure: string): boolean => forAll.includes(failure)
