/**
 * @generated SignedSource<<9d74d387c330416b0c321af5468c640d>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ReaderFragment } from 'relay-runtime';
export type JobState = "CANCELLED" | "COMPLETED" | "FAILED" | "PENDING" | "RUNNING";
import { FragmentRefs } from "relay-runtime";
export type JobRow_job$data = {
  readonly allowedTransitions: ReadonlyArray<JobState>;
  readonly createdAt: string;
  readonly createdBy: {
    readonly username: string;
  } | null | undefined;
  readonly finishedAt: string | null | undefined;
  readonly id: string;
  readonly name: string;
  readonly startedAt: string | null | undefined;
  readonly state: JobState;
  readonly stateChangedAt: string;
  readonly " $fragmentSpreads": FragmentRefs<"ChangeStatus_job">;
  readonly " $fragmentType": "JobRow_job";
};
export type JobRow_job$key = {
  readonly " $data"?: JobRow_job$data;
  readonly " $fragmentSpreads": FragmentRefs<"JobRow_job">;
};

const node: ReaderFragment = {
  "argumentDefinitions": [],
  "kind": "Fragment",
  "metadata": null,
  "name": "JobRow_job",
  "selections": [
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "id",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "name",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "state",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "stateChangedAt",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "createdAt",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "startedAt",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "finishedAt",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "allowedTransitions",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "concreteType": "User",
      "kind": "LinkedField",
      "name": "createdBy",
      "plural": false,
      "selections": [
        {
          "alias": null,
          "args": null,
          "kind": "ScalarField",
          "name": "username",
          "storageKey": null
        }
      ],
      "storageKey": null
    },
    {
      "args": null,
      "kind": "FragmentSpread",
      "name": "ChangeStatus_job"
    }
  ],
  "type": "Job",
  "abstractKey": null
};

(node as any).hash = "4b17aaba170aaf051aa50fc36760c61a";

export default node;
