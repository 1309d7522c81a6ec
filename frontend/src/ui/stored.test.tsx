import { act, render, screen } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Stored, stored, useStored } from "#/ui/stored";

beforeEach(() => localStorage.clear());

const make = () => stored("test.fruit", ["apple", "pear"]);

function Shown({ choice }: { choice: Stored<string> }) {
  return <p>{useStored(choice)}</p>;
}

describe("stored", () => {
  it("is the first value until something was chosen", () => {
    expect(make().get()).toBe("apple");
  });

  it("remembers a choice beyond this page", () => {
    make().set("pear");
    expect(make().get()).toBe("pear");
  });

  it("takes no value that it does not know", () => {
    localStorage.setItem("test.fruit", "brick");
    expect(make().get()).toBe("apple");
  });

  it("tells every component at once", () => {
    const choice = make();
    render(<Shown choice={choice} />);
    act(() => choice.set("pear"));
    expect(screen.getByText("pear")).toBeInTheDocument();
  });

  it("follows a choice made in another tab", () => {
    const choice = make();
    render(<Shown choice={choice} />);
    act(() => {
      window.dispatchEvent(new StorageEvent("storage", { key: "test.fruit", newValue: "pear" }));
    });
    expect(screen.getByText("pear")).toBeInTheDocument();
  });

  it("lasts as long as the page where storage is forbidden", () => {
    vi.spyOn(Storage.prototype, "getItem").mockImplementation(() => {
      throw new DOMException("denied");
    });
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("denied");
    });
    const choice = make();
    choice.set("pear");
    expect(choice.get()).toBe("pear");
  });
});
