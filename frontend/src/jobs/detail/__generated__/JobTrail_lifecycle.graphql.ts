/**
 * @generated SignedSource<<1cd28f475f7e249df3a2523f9c5455ff>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ReaderFragment } from 'relay-runtime';
export type JobState = "CANCELLED" | "COMPLETED" | "FAILED" | "PENDING" | "RUNNING";
import { FragmentRefs } from "relay-runtime";
export type JobTrail_lifecycle$data = ReadonlyArray<{
  readonly allowedTransitions: ReadonlyArray<JobState>;
  readonly isFinished: boolean;
  readonly state: JobState;
  readonly " $fragmentType": "JobTrail_lifecycle";
}>;
export type JobTrail_lifecycle$key = ReadonlyArray<{
  readonly " $data"?: JobTrail_lifecycle$data;
  readonly " $fragmentSpreads": FragmentRefs<"JobTrail_lifecycle">;
}>;

const node: ReaderFragment = {
  "argumentDefinitions": [],
  "kind": "Fragment",
  "metadata": {
    "plural": true
  },
  "name": "JobTrail_lifecycle",
  "selections": [
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
      "name": "isFinished",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "allowedTransitions",
      "storageKey": null
    }
  ],
  "type": "JobStateInfo",
  "abstractKey": null
};

(node as any).hash = "38527624fa31e63e7a37b6b61bcc2a44";

export default node;
