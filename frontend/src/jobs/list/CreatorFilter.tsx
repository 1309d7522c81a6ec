/** Admits the jobs that one account created. */
import { lazy, Suspense, useEffect, useState } from "react";
import { graphql, useRelayEnvironment } from "react-relay";
import { FilterPill } from "#/jobs/list/FilterPill";
import { request } from "#/relay/request";
import { useViewer } from "#/session/SessionContext";
import type { CreatorFilterNameQuery } from "./__generated__/CreatorFilterNameQuery.graphql";

interface CreatorFilterProps {
  /** Global id of the account. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

interface Account {
  readonly id: string;
  readonly username: string;
}

const AccountPicker = lazy(() =>
  import("#/jobs/list/AccountPicker").then((module) => ({ default: module.AccountPicker })),
);

export function CreatorFilter({ value, onChange }: CreatorFilterProps) {
  const name = useUsername(value);
  return (
    <FilterPill label="Created by" value={value && name} onClear={() => onChange(undefined)}>
      {(close) => (
        <Suspense fallback={null}>
          <AccountPicker
            value={value}
            onPick={(id) => {
              onChange(id);
              close();
            }}
          />
        </Suspense>
      )}
    </FilterPill>
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
