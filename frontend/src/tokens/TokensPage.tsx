/** The account's API tokens: what its programs sign in with. */
import { Button, Skeleton } from "@mantine/core";
import { CatchBoundary } from "@tanstack/react-router";
import { Suspense, useEffect, useState } from "react";
import { graphql, useLazyLoadQuery } from "react-relay";
import { asFailure } from "#/relay/transport";
import { CreateTokenDialog } from "#/tokens/CreateTokenDialog";
import { RevokeDialog } from "#/tokens/RevokeDialog";
import { TokenRow } from "#/tokens/TokenRow";
import { EmptyState } from "#/ui/EmptyState";
import { Icon } from "#/ui/Icon";
import type { TokensPageQuery } from "./__generated__/TokensPageQuery.graphql";
import classes from "./TokensPage.module.css";

export function TokensPage() {
  const [creating, setCreating] = useState(false);
  // Another number asks the server again.
  const [attempt, setAttempt] = useState(0);
  const askAgain = () => setAttempt((before) => before + 1);

  useEffect(() => {
    document.title = "API tokens · Jobtrail";
  }, []);

  return (
    <main className={classes.page} tabIndex={-1}>
      <header className={classes.top}>
        <div>
          <h1 className={classes.heading}>API tokens</h1>
          <p className={classes.about}>
            Programs sign in with them in your name: <code>Authorization: Bearer …</code>
          </p>
        </div>
        <Button leftSection={<Icon name="plus" size={16} />} onClick={() => setCreating(true)}>
          New token
        </Button>
      </header>
      <CatchBoundary
        errorComponent={({ error }) => <Failure error={error} onRetry={askAgain} />}
        getResetKey={() => attempt}
      >
        <Suspense fallback={<Skeleton height={120} aria-busy="true" />}>
          <Tokens attempt={attempt} />
        </Suspense>
      </CatchBoundary>
      <CreateTokenDialog
        opened={creating}
        onClose={() => setCreating(false)}
        onCreated={askAgain}
      />
    </main>
  );
}

interface Doomed {
  readonly id: string;
  readonly name: string;
}

function Tokens({ attempt }: { attempt: number }) {
  const { apiTokens } = useLazyLoadQuery<TokensPageQuery>(
    graphql`
      query TokensPageQuery {
        apiTokens(first: 100) {
          id
          ...TokenRow_token
        }
      }
    `,
    {},
    { fetchKey: attempt, fetchPolicy: "store-and-network" },
  );
  const [doomed, setDoomed] = useState<Doomed | null>(null);

  if (apiTokens.length === 0) {
    return (
      <EmptyState title="No tokens yet">
        A program that creates jobs or reports their states needs one.
      </EmptyState>
    );
  }
  return (
    <>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">May</th>
            <th scope="col">Created</th>
            <th scope="col">Last used</th>
            <th scope="col">Expires</th>
            <th scope="col">
              <span className={classes.hidden}>Revoke</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {apiTokens.map((token) => (
            <TokenRow key={token.id} token={token} onRevoke={setDoomed} />
          ))}
        </tbody>
      </table>
      <RevokeDialog token={doomed} onClose={() => setDoomed(null)} />
    </>
  );
}

function Failure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <EmptyState
      action={
        <Button leftSection={<Icon name="retry" size={16} />} onClick={onRetry} variant="default">
          Try again
        </Button>
      }
      icon="warning"
      role="alert"
      title="The tokens could not be loaded"
    >
      {asFailure(error).message}
    </EmptyState>
  );
}
