/** Makes a job: one field, one key that lets any number of tries make only one job. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { commitMutation, graphql, useRelayEnvironment } from "react-relay";
import { idempotencyKey } from "#/jobs/idempotencyKey";
import { asFailure } from "#/relay/transport";
import type {
  CreateJobDialogMutation,
  CreateJobDialogMutation$data,
} from "./__generated__/CreateJobDialogMutation.graphql";

interface CreateJobDialogProps {
  opened: boolean;
  onClose: () => void;
  onCreated: (job: { id: string; name: string }) => void;
}

const mutation = graphql`
  mutation CreateJobDialogMutation($input: CreateJobInput!) {
    createJob(input: $input) {
      __typename
      ... on CreateJobSuccess {
        job {
          id
          name
          ...JobRow_job
        }
      }
      ... on InvalidInput {
        message
        field
      }
      ... on IdempotencyConflict {
        message
      }
    }
  }
`;

const FORBIDDEN =
  "This account can look, but not create jobs. Somebody who manages accounts can allow it.";

export function CreateJobDialog({ opened, onClose, onCreated }: CreateJobDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="New job"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <CreateJobForm onClose={onClose} onCreated={onCreated} />
    </Modal>
  );
}

function CreateJobForm({ onClose, onCreated }: Omit<CreateJobDialogProps, "opened">) {
  const environment = useRelayEnvironment();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  // One key for one name: the same name again is the same wish, another name is another.
  const tried = useRef({ name: "", key: "" });

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const name = field.current?.value ?? "";
    if (tried.current.key === "" || tried.current.name !== name) {
      tried.current = { name, key: idempotencyKey() };
    }
    setBusy(true);
    setProblem(null);
    commitMutation<CreateJobDialogMutation>(environment, {
      mutation,
      variables: { input: { name, idempotencyKey: tried.current.key } },
      onCompleted: ({ createJob }) => {
        setBusy(false);
        settle(createJob);
      },
      onError: (error) => {
        setBusy(false);
        const failure = asFailure(error);
        refuse(failure.code === "FORBIDDEN" ? FORBIDDEN : failure.message);
      },
    });
  }

  function settle(outcome: CreateJobDialogMutation$data["createJob"]) {
    if (outcome.__typename === "CreateJobSuccess") {
      onCreated(outcome.job);
      onClose();
    } else if (outcome.__typename !== "%other") {
      refuse(outcome.message);
    }
  }

  function refuse(message: string) {
    setProblem(message);
    field.current?.focus();
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          ref={field}
          label="Name"
          description="Say what it does: a name cannot be changed later."
          data-autofocus
          autoComplete="off"
          error={problem}
          onChange={() => setProblem(null)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Create job
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
