export const CreateVmPage = () => null
