/** The bar on top: the way home, how live the page is, a new job, and the account. */
import { Button, Kbd, UnstyledButton } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { LiveIndicator } from "#/live/LiveIndicator";
import { useMay, useSession, useViewer } from "#/session/SessionContext";
import { DisplayMenu } from "#/ui/DisplayMenu";
import { Dropdown, MenuItem, MenuLabel } from "#/ui/Dropdown";
import { Icon } from "#/ui/Icon";
import classes from "./-Header.module.css";

interface HeaderProps {
  onCreate: () => void;
}

export function Header({ onCreate }: HeaderProps) {
  const session = useSession();
  const navigate = useNavigate();
  const viewer = useViewer();
  const mayCreate = useMay("CREATE_JOBS");

  async function logOut() {
    try {
      await session.logOut();
    } finally {
      // A full load: nothing that this account saw stays in memory.
      window.location.assign("/login");
    }
  }

  return (
    <header className={classes.header}>
      <UnstyledButton className={classes.skip} onClick={skipToMain}>
        Skip to the content
      </UnstyledButton>
      <Link to="/jobs" className={classes.brand}>
        <img src="/favicon.svg" alt="" width={24} height={24} />
        <span>Jobtrail</span>
      </Link>
      <LiveIndicator />
      <span className={classes.space} />
      {mayCreate && (
        <Button
          size="sm"
          h={34}
          px="sm"
          className={classes.create}
          leftSection={<Icon name="plus" size={16} />}
          onClick={onCreate}
          aria-label="New job"
          aria-keyshortcuts="n"
        >
          <span className={classes.wide}>New job</span>
          <Kbd size="xs" className={classes.key} aria-hidden="true">
            n
          </Kbd>
        </Button>
      )}
      <DisplayMenu />
      <Dropdown
        role="menu"
        label="Account"
        align="end"
        button={(props) => (
          <UnstyledButton
            {...props}
            className={classes.account}
            aria-label={`Account: ${viewer?.username}`}
          >
            <Icon name="user" size={18} />
            <span className={classes.wide}>{viewer?.username}</span>
          </UnstyledButton>
        )}
      >
        {(close) => (
          <>
            <MenuLabel>Signed in as {viewer?.username}</MenuLabel>
            <MenuItem
              onClick={() => {
                close();
                void navigate({ to: "/tokens" });
              }}
            >
              API tokens
            </MenuItem>
            <MenuItem onClick={logOut}>Sign out</MenuItem>
          </>
        )}
      </Dropdown>
    </header>
  );
}

function skipToMain() {
  const main = document.querySelector("main");
  if (!main) return;
  main.tabIndex = -1;
  main.focus();
}
