export const NetworkList = () => null
