/** The page around the sign-in form. */
import { Center, Paper, Stack, Text, Title } from "@mantine/core";
import { useEffect } from "react";
import { LogInForm } from "#/session/LogInForm";

interface LogInPageProps {
  onLoggedIn: () => void;
}

export function LogInPage({ onLoggedIn }: LogInPageProps) {
  useEffect(() => {
    document.title = "Sign in · Jobtrail";
  }, []);
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" radius="md" w="100%" maw={380}>
        <Stack gap="lg">
          <div>
            <Title order={1} size="h2">
              Jobtrail
            </Title>
            <Text c="dimmed">Every job leaves a trail.</Text>
          </div>
          <LogInForm onLoggedIn={onLoggedIn} />
        </Stack>
      </Paper>
    </Center>
  );
}
