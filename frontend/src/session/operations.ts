/** The operations of signing in. They run outside the Relay store, which holds no secrets. */
import { graphql } from "relay-runtime";
import type { operationsLogInMutation$data } from "./__generated__/operationsLogInMutation.graphql";
import type { operationsRefreshSessionMutation$data } from "./__generated__/operationsRefreshSessionMutation.graphql";

export type LogInAnswer = operationsLogInMutation$data;
export type RefreshAnswer = operationsRefreshSessionMutation$data;

export const logInMutation = graphql`
  mutation operationsLogInMutation($input: LogInInput!) {
    logIn(input: $input) {
      __typename
      ... on LogInSuccess {
        session {
          accessToken
          expiresAt
          permissions
          viewer {
            id
            username
          }
        }
      }
      ... on InvalidCredentials {
        message
      }
      ... on TooManyAttempts {
        message
      }
    }
  }
`;

export const refreshSessionMutation = graphql`
  mutation operationsRefreshSessionMutation($input: RefreshSessionInput!) {
    refreshSession(input: $input) {
      __typename
      ... on RefreshSessionSuccess {
        session {
          accessToken
          expiresAt
          permissions
          viewer {
            id
            username
          }
        }
      }
      ... on InvalidRefreshToken {
        message
      }
    }
  }
`;

export const logOutMutation = graphql`
  mutation operationsLogOutMutation($input: LogOutInput!) {
    logOut(input: $input) {
      __typename
    }
  }
`;
