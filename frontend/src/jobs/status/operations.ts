/** The write that moves a job, with what came of it in every case. */
import { graphql } from "react-relay";

export const setStatusMutation = graphql`
  mutation operationsSetStatusMutation($input: SetJobStatusInput!) {
    setJobStatus(input: $input) {
      __typename
      ... on SetJobStatusSuccess {
        job {
          ...JobRow_job
          ...ChangeStatus_job
        }
      }
      ... on VersionConflict {
        message
        job {
          ...JobRow_job
          ...ChangeStatus_job
          status {
            state
            createdAt
            message
            setBy {
              username
            }
          }
        }
      }
      ... on IllegalTransition {
        message
        job {
          ...JobRow_job
          ...ChangeStatus_job
          status {
            state
            createdAt
            message
            setBy {
              username
            }
          }
        }
      }
      ... on InvalidInput {
        message
      }
      ... on JobNotFound {
        message
      }
      ... on IdempotencyConflict {
        message
      }
    }
  }
`;
