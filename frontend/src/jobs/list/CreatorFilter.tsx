/** Admits the jobs that one account created. */
import { Loader, Text, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { graphql, useRelayEnvironment } from "react-relay";
import { Choice, FilterPill } from "#/jobs/list/FilterPill";
import { request } from "#/relay/request";
import { asFailure } from "#/relay/transport";
import { useViewer } from "#/session/SessionContext";
import type { CreatorFilterNameQuery } from "./__generated__/CreatorFilterNameQuery.graphql";
import type { CreatorFilterUsersQuery } from "./__generated__/CreatorFilterUsersQuery.graphql";

interface CreatorFilterProps {
  /** Global id of the account. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

interface Account {
  readonly id: string;
  readonly username: string;
}

const DEBOUNCE_MS = 150;
const ACCOUNTS_SHOWN = 8;

export function CreatorFilter({ value, onChange }: CreatorFilterProps) {
  const name = useUsername(value);
  return (
    <FilterPill label="Created by" value={value && name} onClear={() => onChange(undefined)}>
      {(close) => (
        <AccountPicker
          value={value}
          onPick={(id) => {
            onChange(id);
            close();
          }}
        />
      )}
    </FilterPill>
  );
}

interface AccountPickerProps {
  value: string | undefined;
  onPick: (id: string | undefined) => void;
}

function AccountPicker({ value, onPick }: AccountPickerProps) {
  const environment = useRelayEnvironment();
  const viewer = useViewer();
  const [beginning, setBeginning] = useState("");
  const [accounts, setAccounts] = useState<readonly Account[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      request<CreatorFilterUsersQuery>(
        environment,
        graphql`
          query CreatorFilterUsersQuery($beginning: String, $first: Int!) {
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

/** The name behind an id; the id's own beginning until it is known. */
function useUsername(id: string | undefined): string {
  const environment = useRelayEnvironment();
  const viewer = useViewer();
  const [known, setKnown] = useState<Account | null>(null);

  useEffect(() => {
    if (!id || id === viewer?.id) return;
    const abort = new AbortController();
    request<CreatorFilterNameQuery>(
      environment,
      graphql`
        query CreatorFilterNameQuery($id: ID!) {
          node(id: $id) {
            ... on User {
              id
              username
            }
          }
        }
      `,
      { id },
      abort.signal,
    ).then(
      ({ node }) => setKnown({ id, username: node?.username ?? "unknown account" }),
      () => setKnown({ id, username: "unknown account" }),
    );
    return () => abort.abort();
  }, [environment, id, viewer]);

  if (id !== undefined && id === viewer?.id) return viewer.username;
  return known?.id === id ? (known?.username ?? "…") : "…";
}
