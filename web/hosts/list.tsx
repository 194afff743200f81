export const HostList = () => null
