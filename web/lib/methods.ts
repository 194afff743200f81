import { words } from './format.ts'

/** What people ask for that becomes a task in a workspace, as they call it. */
const work: Record<string, string> = {
  createVm: 'Create VM', updateVm: 'Change VM', deleteVm: 'Delete VM', startVm: 'Start VM', shutdownVm: 'Shut down VM', stopVm: 'Force off VM', rebootVm: 'Reboot VM', resetVm: 'Reset VM', suspendVm: 'Suspend VM', resumeVm: 'Resume VM', migrateVm: 'Migrate VM', drainHost: 'Drain host', cancelDrain: 'Cancel draining', setVmPassword: 'Set password',
  attachInterface: 'Attach network', detachInterface: 'Detach network',
  createNetwork: 'Create network', updateNetwork: 'Change network', deleteNetwork: 'Delete network',
  deleteWorkspace: 'Delete workspace',
}

/** What else leaves its mark in the audit of a workspace. */
const here: Record<string, string> = {
  createAffinityGroup: 'Create affinity group', updateAffinityGroup: 'Change affinity group', deleteAffinityGroup: 'Delete affinity group',
  console: 'Use console', openConsole: 'Open console', cancelTask: 'Cancel task', retryTask: 'Try task again',
  addSubnet: 'Add subnet', updateSubnet: 'Change subnet', removeSubnet: 'Remove subnet',
  createWorkspace: 'Create workspace', updateWorkspace: 'Rename workspace', setWorkspaceQuota: 'Set quota',
  addMember: 'Add member', updateMember: 'Change member', removeMember: 'Remove member',
}

/** What belongs to no workspace: accounts, and what operators do. */
const elsewhere: Record<string, string> = {
  signIn: 'Sign in', signUp: 'Sign up', signOut: 'Sign out', refreshSession: 'Renew session', changePassword: 'Change password', updateProfile: 'Change account', createApiToken: 'Create API token', revokeApiToken: 'Revoke API token',
  createUser: 'Create user', disableUser: 'Disable user', enableUser: 'Enable user', resetUserPassword: 'Reset password', setSuperuser: 'Change superuser', updateInstallation: 'Change installation', setDefaultQuota: 'Set default quota',
  enrolHost: 'Enrol host', confirmHostKey: 'Confirm host key', checkHost: 'Check host', prepareHost: 'Prepare host', restrictHostKey: 'Restrict host key', updateHost: 'Change host', confirmHostDown: 'Confirm host is off', addFenceDevice: 'Add fence device', removeFenceDevice: 'Remove fence device', testFenceDevice: 'Test fence device', retireHost: 'Retire host', reviewHost: 'Review host', createPublicNetwork: 'Create public network',
  createPool: 'Create pool', updatePool: 'Change pool', setPoolMaintenance: 'Set pool maintenance', retirePool: 'Retire pool', restorePool: 'Restore pool', deletePool: 'Delete pool',
  setHostMaintenance: 'Put host into maintenance', returnHostToService: 'Return host to service',
  repairDrift: 'Repair drift', ignoreDrift: 'Ignore drift', setDriftPolicy: 'Set drift policy',
  createArea: 'Create area', updateArea: 'Change area', retireArea: 'Retire area', restoreArea: 'Restore area', deleteArea: 'Delete area',
  createTemplate: 'Create template', updateTemplate: 'Change template', retireTemplate: 'Retire template', restoreTemplate: 'Restore template', deleteTemplate: 'Delete template',
  createInstanceType: 'Create instance type', updateInstanceType: 'Change instance type', retireInstanceType: 'Retire instance type', restoreInstanceType: 'Restore instance type', deleteInstanceType: 'Delete instance type',
  importImage: 'Import image', copyImage: 'Copy image', deleteImage: 'Delete image', updateImage: 'Change image', retireImage: 'Retire image', restoreImage: 'Restore image',
}

export const methods = { work, ofWorkspace: { ...work, ...here }, all: { ...work, ...here, ...elsewhere } }

/** `Create VM` for `createVm`. */
export const methodTitle = (method: string): string => methods.all[method] ?? words(method.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase())
