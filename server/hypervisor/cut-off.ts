/** What a host knows of how its VMs ended. */
export interface CutOff {
  /**
   * UUIDs of the VMs that are off without the host knowing why: it has been started, or its libvirt has, since they ran,
   * or they never ran. What somebody stopped, or what stopped by itself while the host watched, is not among them.
   */
  listCutOff(): Promise<string[]>
}
