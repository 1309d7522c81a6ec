/** Asks why a job is moved; the answer may be empty. */
import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import type { JobState } from "#/ui/JobState";
import { stateLooks } from "#/ui/states";

interface ReasonDialogProps {
  name: string;
  to: JobState;
  onConfirm: (reason: string) => void;
  onClose: () => void;
}

const LONGEST_REASON = 10_000;

export function ReasonDialog({ name, to, onConfirm, onClose }: ReasonDialogProps) {
  const [reason, setReason] = useState("");
  const word = stateLooks[to].word.toLowerCase();

  function confirm(event?: FormEvent) {
    event?.preventDefault();
    onConfirm(reason.trim());
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) confirm();
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={`Mark as ${word}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={confirm}>
        <Stack>
          <div style={{ overflowWrap: "anywhere" }}>{name}</div>
          <Textarea
            label="Reason"
            description="Optional. Becomes part of the job's trail."
            placeholder="An error, an exit code, a decision"
            data-autofocus
            autosize={false}
            rows={4}
            maxLength={LONGEST_REASON}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Keep as it is
            </Button>
            <Button type="submit">Mark as {word}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
