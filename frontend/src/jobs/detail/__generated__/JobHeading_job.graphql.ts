/**
 * @generated SignedSource<<ef2a34b43878ebba4fe36efcbacc2ba3>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ReaderFragment } from 'relay-runtime';
export type JobState = "CANCELLED" | "COMPLETED" | "FAILED" | "PENDING" | "RUNNING";
import { FragmentRefs } from "relay-runtime";
export type JobHeading_job$data = {
  readonly name: string;
  readonly state: JobState;
  readonly stateChangedAt: string;
  readonly " $fragmentSpreads": FragmentRefs<"ChangeStatus_job">;
  readonly " $fragmentType": "JobHeading_job";
};
export type JobHeading_job$key = {
  readonly " $data"?: JobHeading_job$data;
  readonly " $fragmentSpreads": FragmentRefs<"JobHeading_job">;
};

const node: ReaderFragment = {
  "argumentDefinitions": [],
  "kind": "Fragment",
  "metadata": null,
  "name": "JobHeading_job",
  "selections": [
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
      "args": null,
      "kind": "FragmentSpread",
      "name": "ChangeStatus_job"
    }
  ],
  "type": "Job",
  "abstractKey": null
};

(node as any).hash = "8d49256a199b514956f4371479c9bf29";

export default node;
