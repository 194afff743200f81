import { useAct } from '../lib/act.ts'
import { ConfirmByName } from '../ui/confirm-by-name.tsx'
import { DeleteVm } from './operations.ts'

interface DeleteDialogProps { vm: { id: string; name: string } | undefined; onClose: () => void; onDeleting?: () => void }

export function DeleteVmDialog({ vm, onClose, onDeleting }: DeleteDialogProps) {
  const [remove, removing] = useAct(DeleteVm)
  return (
    <ConfirmByName
      opened={vm !== undefined} name={vm?.name ?? ''} title="Delete this VM" verb="Delete VM" busy={removing} onClose={onClose}
      text="The VM is stopped and its disks are deleted for good. This cannot be undone."
      onConfirm={async () => {
        const { problem } = await remove({ vmId: vm!.id })
        if (!problem) { onClose(); onDeleting?.() }
        return problem
      }}
    />
  )
}
