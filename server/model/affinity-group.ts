export const affinityLimits = {
  /** Groups in one workspace. */
  groups: { max: 64 },
  /** VMs in one group. */
  members: { max: 128 },
  /** Groups of one VM. */
  groupsOfVm: { max: 8 },
} as const
