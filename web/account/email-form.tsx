import { Button, Group, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { checkEmail } from '../../server/model/username.ts'
import { useAct } from '../lib/act.ts'
import { said, sentence } from '../lib/rules.ts'
import { UpdateProfile } from './operations.ts'

export function EmailForm({ email }: { email: string | null }) {
  const [update, updating] = useAct(UpdateProfile)
  const form = useForm({ initialValues: { email: email ?? '' }, validate: { email: (value) => (value.trim() === '' ? null : said(() => checkEmail(value.trim()))) } })
  async function submit(value: string): Promise<void> {
    const { problem } = await update({ email: value.trim() || null })
    if (problem) form.setFieldError('email', sentence(problem))
    else notifications.show({ message: value.trim() ? 'Your email address was changed.' : 'Your email address was removed.', withBorder: true })
  }
  return (
    <form onSubmit={form.onSubmit((values) => { void submit(values.email) })} noValidate>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput label="Email" type="email" autoComplete="email" placeholder="none" style={{ flex: 1 }} {...form.getInputProps('email')} />
        <Button type="submit" variant="default" loading={updating} disabled={!form.isDirty()} mb={form.errors.email ? 22 : 0}>Save</Button>
      </Group>
    </form>
  )
}
