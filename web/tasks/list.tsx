export const TaskList = () => null
