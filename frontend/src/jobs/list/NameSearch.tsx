/** Finds jobs by name while one types; a pasted id opens its job. */
import { Kbd, UnstyledButton } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { graphql, useRelayEnvironment } from "react-relay";
import type { JobSearch } from "#/jobs/list/search";
import { request } from "#/relay/request";
import { useCommand } from "#/ui/commands";
import { Icon } from "#/ui/Icon";
import type { NameSearchJobQuery } from "./__generated__/NameSearchJobQuery.graphql";
import classes from "./NameSearch.module.css";

interface NameSearchProps {
  search: JobSearch;
  /** `typing`: one more key in the same thought, not a step of its own in the history. */
  onChange: (search: JobSearch, how: { typing: boolean }) => void;
  onOpen: (jobId: string) => void;
}

/** Long enough to finish a word, short enough to feel like no wait. */
const DEBOUNCE_MS = 200;
/** Names are seldom one long run of these; ids always are. */
const LIKE_AN_ID = /^[\w=-]{16,}$/;

export function NameSearch({ search, onChange, onOpen }: NameSearchProps) {
  const environment = useRelayEnvironment();
  const input = useRef<HTMLInputElement>(null);
  const name = search.name ?? "";
  const [text, setText] = useState(name);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  // The URL is the truth: Back, or clearing the filters, changes the field.
  const [shownFor, setShownFor] = useState(name);
  if (shownFor !== name) {
    setShownFor(name);
    setText(name);
  }
  useEffect(() => () => clearTimeout(timer.current), []);

  useCommand({
    id: "search",
    label: "Search by name",
    group: "List",
    keys: "/",
    run: () => {
      input.current?.focus();
      input.current?.select();
    },
  });

  function apply(value: string, typing: boolean) {
    clearTimeout(timer.current);
    const trimmed = value.trim() || undefined;
    if (trimmed === search.name) return;
    // The field is already right: the coming change of the URL is its own doing.
    setShownFor(trimmed ?? "");
    onChange({ ...search, name: trimmed, match: trimmed ? search.match : undefined }, { typing });
  }

  function onType(value: string) {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => apply(value, true), DEBOUNCE_MS);
  }

  async function onPaste(event: React.ClipboardEvent) {
    const pasted = event.clipboardData.getData("text").trim();
    if (!LIKE_AN_ID.test(pasted)) return;
    try {
      const { job } = await request<NameSearchJobQuery>(
        environment,
        graphql`
          query NameSearchJobQuery($id: ID!) {
            job(id: $id) {
              id
            }
          }
        `,
        { id: pasted },
      );
      if (!job) return;
      clearTimeout(timer.current);
      onOpen(job.id);
    } catch {
      // Not an id after all: it stays what it was, a name to look for.
    }
  }

  function onKeyDown(event: React.KeyboardEvent) {
    if (event.key === "Enter") apply(text, false);
    if (event.key === "Escape") {
      event.preventDefault();
      if (text) {
        setText("");
        apply("", false);
      } else input.current?.blur();
    }
    if (event.key === "ArrowDown") {
      event.preventDefault();
      document.querySelector<HTMLElement>("a[data-job]")?.focus();
    }
  }

  const contains = search.match === "contains";
  return (
    <div className={classes.search}>
      <Icon name="search" size={16} />
      <input
        ref={input}
        type="search"
        className={classes.input}
        aria-label={contains ? "Name contains" : "Name starts with"}
        aria-keyshortcuts="/"
        placeholder={contains ? "Name contains…" : "Name starts with…"}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => onType(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      {text ? (
        <>
          <UnstyledButton
            className={classes.match}
            aria-pressed={contains}
            title="Find the text anywhere in the name, not only at its beginning"
            onClick={() => {
              clearTimeout(timer.current);
              const match = contains ? undefined : ("contains" as const);
              onChange({ ...search, name: text.trim() || undefined, match }, { typing: false });
            }}
          >
            contains
          </UnstyledButton>
          <UnstyledButton
            className={classes.clear}
            aria-label="Clear the name"
            onClick={() => {
              setText("");
              apply("", false);
              input.current?.focus();
            }}
          >
            <Icon name="close" size={14} />
          </UnstyledButton>
        </>
      ) : (
        <Kbd size="xs" aria-hidden="true">
          /
        </Kbd>
      )}
    </div>
  );
}
