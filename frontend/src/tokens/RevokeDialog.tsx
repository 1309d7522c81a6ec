/** Asks once more before an API token is revoked: there is no way back. */
import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { commitMutation, graphql, useRelayEnvironment } from "react-relay";
import { asFailure } from "#/relay/transport";
import { announce } from "#/ui/announcer";
import type { RevokeDialogMutation } from "./__generated__/RevokeDialogMutation.graphql";
import classes from "./dialogs.module.css";

interface RevokeDialogProps {
  /** Null: closed. */
  token: { readonly id: string; readonly name: string } | null;
  onClose: () => void;
}

const mutation = graphql`
  mutation RevokeDialogMutation($input: RevokeApiTokenInput!) {
    revokeApiToken(input: $input) {
      __typename
      ... on RevokeApiTokenSuccess {
        token {
          ...TokenRow_token
        }
      }
      ... on UserError {
        message
      }
    }
  }
`;

export function RevokeDialog({ token, onClose }: RevokeDialogProps) {
  const environment = useRelayEnvironment();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  function close() {
    setProblem(null);
    onClose();
  }

  function revoke() {
    if (!token || busy) return;
    setBusy(true);
    commitMutation<RevokeDialogMutation>(environment, {
      mutation,
      variables: { input: { id: token.id } },
      onCompleted: ({ revokeApiToken: outcome }) => {
        setBusy(false);
        if (outcome.__typename !== "RevokeApiTokenSuccess") {
          setProblem(outcome.message ?? "The token could not be revoked.");
          return;
        }
        announce(`${token.name} was revoked.`);
        close();
      },
      onError: (error) => {
        setBusy(false);
        setProblem(asFailure(error).message);
      },
    });
  }

  return (
    <Modal opened={token !== null} onClose={close} title={token && `Revoke ${token.name}?`}>
      <Stack>
        <div>
          The programs that use it are refused from now on, and the streams they follow end. This
          can not be undone.
        </div>
        {problem && (
          <div role="alert" className={classes.problem}>
            {problem}
          </div>
        )}
        <Group justify="flex-end">
          <Button data-autofocus onClick={close} variant="default">
            Keep it
          </Button>
          <Button color="red" loading={busy} onClick={revoke}>
            Revoke
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
