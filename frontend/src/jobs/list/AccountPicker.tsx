/** Finds an account by the beginning of its name. */
import { Loader, Text, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { graphql, useRelayEnvironment } from "react-relay";
import { Choice } from "#/jobs/list/FilterPill";
import { request } from "#/relay/request";
import { asFailure } from "#/relay/transport";
import { useViewer } from "#/session/SessionContext";
import type { AccountPickerQuery } from "./__generated__/AccountPickerQuery.graphql";

const DEBOUNCE_MS = 150;
const ACCOUNTS_SHOWN = 8;

interface Account {
  readonly id: string;
  readonly username: string;
}

interface AccountPickerProps {
  value: string | undefined;
  onPick: (id: string | undefined) => void;
}

export function AccountPicker({ value, onPick }: AccountPickerProps) {
  const environment = useRelayEnvironment();
  const viewer = useViewer();
  const [beginning, setBeginning] = useState("");
  const [accounts, setAccounts] = useState<readonly Account[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      request<AccountPickerQuery>(
        environment,
        graphql`
          query AccountPickerQuery($beginning: String, $first: Int!) {
            users(usernameStartsWith: $beginning, first: $first) {
              id
              username
            }
          }
        `,
        { beginning: beginning.trim() || null, first: ACCOUNTS_SHOWN },
        abort.signal,
      ).then(
        ({ users }) => {
          setAccounts(users);
          setProblem(null);
        },
        (error) => setProblem(asFailure(error).message),
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [environment, beginning]);

  const others = accounts?.filter(({ id }) => beginning || id !== viewer?.id);
  return (
    <>
      <TextInput
        size="xs"
        mb={6}
        data-autofocus
        aria-label="Username starts with"
        placeholder="Username starts with…"
        autoComplete="off"
        value={beginning}
        onChange={(event) => setBeginning(event.currentTarget.value)}
        rightSection={!accounts && !problem && <Loader size={14} />}
      />
      {!beginning && (
        <>
          <Choice chosen={value === undefined} onChoose={() => onPick(undefined)}>
            Anybody
          </Choice>
          {viewer && (
            <Choice chosen={value === viewer.id} onChoose={() => onPick(viewer.id)}>
              Me ({viewer.username})
            </Choice>
          )}
        </>
      )}
      {others?.map(({ id, username }) => (
        <Choice key={id} chosen={value === id} onChoose={() => onPick(id)}>
          {username}
        </Choice>
      ))}
      <div role="status">
        {problem && (
          <Text size="xs" c="dimmed" p={6}>
            {problem}
          </Text>
        )}
        {accounts?.length === 0 && (
          <Text size="xs" c="dimmed" p={6}>
            No account starts with this.
          </Text>
        )}
      </div>
    </>
  );
}
