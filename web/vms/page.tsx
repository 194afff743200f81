export const VmPage = () => null
