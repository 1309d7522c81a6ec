import { MantineProvider } from "@mantine/core";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { RelayEnvironmentProvider } from "react-relay";
import { describe, expect, it, vi } from "vitest";
import { CreateJobDialog } from "#/jobs/create/CreateJobDialog";
import { RequestFailure } from "#/relay/transport";
import { type Asked, aJob, testServer } from "#/test/environment";

const created = { createJob: { __typename: "CreateJobSuccess", job: aJob(1) } };

function show(answer: (asked: Asked) => unknown) {
  const { environment, asked } = testServer(answer);
  const onCreated = vi.fn();
  const onClose = vi.fn();
  render(
    <MantineProvider env="test">
      <RelayEnvironmentProvider environment={environment}>
        <CreateJobDialog opened onClose={onClose} onCreated={onCreated} />
      </RelayEnvironmentProvider>
    </MantineProvider>,
  );
  const field = screen.getByRole("textbox", { name: "Name" });
  const keys = () => asked.map(({ variables }) => variables.input.idempotencyKey);
  return { field, asked, keys, onCreated, onClose };
}

describe("CreateJobDialog", () => {
  it("creates the job by Enter and closes", async () => {
    const { field, asked, onCreated, onClose } = show(() => created);
    await userEvent.type(field, "nightly sync{Enter}");
    await waitFor(() => expect(onClose).toHaveBeenCalledTimes(1));
    expect(asked[0]?.variables.input.name).toBe("nightly sync");
    expect(onCreated.mock.lastCall?.[0]).toMatchObject({ id: "job-1", name: "job number 1" });
  });

  it("says what is wrong in the server's words, beside the field, which keeps the focus", async () => {
    const { field, onClose } = show(() => ({
      createJob: { __typename: "InvalidInput", message: "A name is needed.", field: "name" },
    }));
    await userEvent.click(screen.getByRole("button", { name: "Create job" }));
    expect(await screen.findByText("A name is needed.")).toBeVisible();
    expect(field).toHaveFocus();
    expect(field).toHaveAccessibleDescription(/A name is needed\./);
    expect(onClose).not.toHaveBeenCalled();
  });

  it("repeats the key for the same name, and takes another for another", async () => {
    const { field, keys } = show(() => {
      throw new RequestFailure("NETWORK", "The server could not be reached.");
    });
    await userEvent.type(field, "one{Enter}");
    await screen.findByText("The server could not be reached.");
    await userEvent.type(field, "{Enter}");
    await waitFor(() => expect(keys()).toHaveLength(2));
    await screen.findByText("The server could not be reached.");
    await userEvent.type(field, " more{Enter}");
    await waitFor(() => expect(keys()).toHaveLength(3));
    const [first, second, third] = keys();
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it("makes one request of two clicks", async () => {
    let answer: (data: unknown) => void = () => {};
    const { field, asked, onClose } = show(() => new Promise((resolve) => (answer = resolve)));
    await userEvent.type(field, "once{Enter}{Enter}");
    await waitFor(() => expect(asked).toHaveLength(1));
    answer(created);
    await waitFor(() => expect(onClose).toHaveBeenCalledTimes(1));
    expect(asked).toHaveLength(1);
  });

  it("tells kindly whose account may not", async () => {
    const { field } = show(() => {
      throw new RequestFailure("FORBIDDEN", "No.");
    });
    await userEvent.type(field, "x{Enter}");
    expect(await screen.findByText(/This account can look, but not create jobs/)).toBeVisible();
  });
});
