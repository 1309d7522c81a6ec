/** Creates an API token, outside the Relay store, which holds no secrets. */
import { getRequest, graphql } from "relay-runtime";
import { authorised } from "#/relay/environment";
import { send } from "#/relay/transport";
import type { Session } from "#/session/session";
import type {
  CreateApiTokenInput,
  createTokenMutation,
  createTokenMutation$data,
} from "./__generated__/createTokenMutation.graphql";

export type CreateTokenOutcome = createTokenMutation$data["createApiToken"];

const mutation = graphql`
  mutation createTokenMutation($input: CreateApiTokenInput!) {
    createApiToken(input: $input) {
      __typename
      ... on CreateApiTokenSuccess {
        secret
      }
      ... on InvalidInput {
        message
        field
      }
      ... on TooManyApiTokens {
        message
      }
    }
  }
`;

/** Raises RequestFailure where no answer came. */
export async function createToken(
  session: Session,
  input: CreateApiTokenInput,
): Promise<CreateTokenOutcome> {
  const { params } = getRequest(mutation);
  const variables: createTokenMutation["variables"] = { input };
  const answer = await authorised(session, (token) => send(params, variables, { token }));
  return (answer.data as createTokenMutation$data).createApiToken;
}
