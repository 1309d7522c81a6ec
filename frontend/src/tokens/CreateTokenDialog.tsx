/** Makes an API token, and shows its secret: once, since nobody can ever read it again. */
import { Button, Group, Modal, NativeSelect, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { asFailure } from "#/relay/transport";
import { useMay, useSession } from "#/session/SessionContext";
import { type CreateTokenOutcome, createToken } from "#/tokens/createToken";
import { allScopes, scopeWords } from "#/tokens/scopes";
import { Copyable } from "#/ui/Copyable";
import type { ApiTokenScope } from "./__generated__/TokenRow_token.graphql";
import classes from "./dialogs.module.css";

interface CreateTokenDialogProps {
  opened: boolean;
  onClose: () => void;
  onCreated: () => void;
}

const DAY_MS = 86_400_000;
const LIFETIMES = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "a year" },
];
const USUAL_LIFETIME = "90";

export function CreateTokenDialog({ opened, onClose, onCreated }: CreateTokenDialogProps) {
  const [secret, setSecret] = useState<string | null>(null);

  function close() {
    setSecret(null);
    onClose();
  }

  return (
    <Modal
      opened={opened}
      onClose={close}
      // A slip beside the dialog must not cost the secret.
      closeOnClickOutside={secret === null}
      title={secret === null ? "New API token" : "Copy the secret now"}
    >
      {secret === null ? (
        <CreateTokenForm
          onCancel={close}
          onCreated={(made) => {
            setSecret(made);
            onCreated();
          }}
        />
      ) : (
        <Stack>
          <div>It is shown this once. Keep it like a password.</div>
          <code className={classes.secret}>
            <Copyable value={secret} what="secret" />
          </code>
          <Group justify="flex-end">
            <Button data-autofocus onClick={close}>
              Done
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

interface CreateTokenFormProps {
  onCancel: () => void;
  onCreated: (secret: string) => void;
}

interface Problem {
  /** The input that holds it; null: none in particular. */
  readonly field: string | null;
  readonly message: string;
}

function CreateTokenForm({ onCancel, onCreated }: CreateTokenFormProps) {
  const session = useSession();
  const mayCreate = useMay("CREATE_JOBS");
  const mayChange = useMay("CHANGE_JOBS");
  const [scopes, setScopes] = useState<readonly ApiTokenScope[]>(["JOBS_READ"]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const name = useRef<HTMLInputElement>(null);
  const lifetime = useRef<HTMLSelectElement>(null);
  const offered = allScopes.filter((scope) => scope !== "JOBS_WRITE" || mayCreate || mayChange);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    const days = Number(lifetime.current?.value);
    try {
      settle(
        await createToken(session, {
          name: name.current?.value ?? "",
          scopes: allScopes.filter((scope) => scopes.includes(scope)),
          expiresAt: new Date(Date.now() + days * DAY_MS).toISOString(),
        }),
      );
    } catch (error) {
      setProblem({ field: null, message: asFailure(error).message });
    } finally {
      setBusy(false);
    }
  }

  function settle(outcome: CreateTokenOutcome) {
    if (outcome.__typename === "CreateApiTokenSuccess") return onCreated(outcome.secret);
    if (outcome.__typename === "InvalidInput") {
      setProblem(outcome);
      if (outcome.field === "name") name.current?.focus();
    } else if (outcome.__typename === "TooManyApiTokens") {
      setProblem({ field: null, message: outcome.message });
    }
  }

  function choose(scope: ApiTokenScope, chosen: boolean) {
    setScopes(chosen ? [...scopes, scope] : scopes.filter((other) => other !== scope));
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          ref={name}
          label="Name"
          description="What it is for. Shown in the trail of the jobs that it changes."
          data-autofocus
          autoComplete="off"
          error={problem?.field === "name" && problem.message}
        />
        <fieldset className={classes.scopes}>
          <legend>It may</legend>
          {offered.map((scope) => (
            <label key={scope} className={classes.scope}>
              <input
                type="checkbox"
                checked={scopes.includes(scope)}
                onChange={(event) => choose(scope, event.currentTarget.checked)}
              />
              {scopeWords[scope].long}
            </label>
          ))}
        </fieldset>
        <NativeSelect
          ref={lifetime}
          label="Expires after"
          data={LIFETIMES}
          defaultValue={USUAL_LIFETIME}
        />
        {problem && problem.field !== "name" && (
          <div role="alert" className={classes.problem}>
            {problem.message}
          </div>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Create token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
