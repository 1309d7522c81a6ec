/** One API token: what it may do, whether it is in use, and the end it came or will come to. */
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { graphql, useFragment } from "react-relay";
import { scopeWords } from "#/tokens/scopes";
import { Time } from "#/ui/Time";
import type { TokenRow_token$key } from "./__generated__/TokenRow_token.graphql";
import classes from "./TokensPage.module.css";

interface TokenRowProps {
  token: TokenRow_token$key;
  onRevoke: (token: { id: string; name: string }) => void;
}

export function TokenRow({ token: ref, onRevoke }: TokenRowProps) {
  const token = useFragment(
    graphql`
      fragment TokenRow_token on ApiToken {
        id
        name
        prefix
        scopes
        createdAt
        lastUsedAt
        expiresAt
        revokedAt
      }
    `,
    ref,
  );
  const { id, name, prefix, scopes, createdAt, lastUsedAt, expiresAt, revokedAt } = token;
  const serves = revokedAt === null && Date.parse(expiresAt) > Date.now();

  return (
    <tr className={serves ? undefined : classes.ended}>
      <td className={classes.name}>
        {name}
        <span className={classes.prefix}>{prefix}…</span>
      </td>
      <Cell label="May">{scopes.map((scope) => scopeWords[scope].short).join(", ")}</Cell>
      <Cell label="Created">
        <Time value={createdAt} />
      </Cell>
      <Cell label="Last used">{lastUsedAt ? <Time value={lastUsedAt} /> : "Never"}</Cell>
      <Cell label={revokedAt ? "Ended" : "Expires"}>
        {revokedAt ? (
          <>
            Revoked <Time value={revokedAt} />
          </>
        ) : (
          <>
            {!serves && "Expired "}
            <Time value={expiresAt} />
          </>
        )}
      </Cell>
      <td>
        {serves && (
          <Button
            aria-label={`Revoke ${name}`}
            onClick={() => onRevoke({ id, name })}
            size="compact-sm"
            variant="default"
          >
            Revoke
          </Button>
        )}
      </td>
    </tr>
  );
}

function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <td>
      {/* The column's head stands above; where there are no columns, it stands here. */}
      <span aria-hidden="true" className={classes.label}>
        {label}
      </span>
      {children}
    </td>
  );
}
