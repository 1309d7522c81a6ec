/** The sign-in form. */
import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { asFailure } from "#/relay/transport";
import { useSession } from "#/session/SessionContext";

interface LogInFormProps {
  onLoggedIn: () => void;
}

export function LogInForm({ onLoggedIn }: LogInFormProps) {
  const session = useSession();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const password = useRef<HTMLInputElement>(null);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setProblem(null);
    try {
      const outcome = await session.logIn(
        String(fields.get("username")),
        String(fields.get("password")),
      );
      if (outcome.ok) return onLoggedIn();
      setProblem(outcome.message);
      password.current?.select();
    } catch (error) {
      setProblem(asFailure(error).message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form onSubmit={submit} aria-label="Sign in">
      <Stack>
        <TextInput name="username" label="Username" autoComplete="username" required autoFocus />
        <PasswordInput
          ref={password}
          name="password"
          label="Password"
          autoComplete="current-password"
          required
        />
        {problem && (
          <Alert color="red" variant="light" p="xs">
            {problem}
          </Alert>
        )}
        <Button type="submit" loading={busy}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
