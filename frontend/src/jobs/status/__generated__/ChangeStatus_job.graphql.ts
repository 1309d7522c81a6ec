/**
 * @generated SignedSource<<7ddcce19138cc112f753611c05cd56b4>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ReaderFragment } from 'relay-runtime';
export type JobState = "CANCELLED" | "COMPLETED" | "FAILED" | "PENDING" | "RUNNING";
import { FragmentRefs } from "relay-runtime";
export type ChangeStatus_job$data = {
  readonly allowedTransitions: ReadonlyArray<JobState>;
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  readonly version: number;
  readonly " $fragmentType": "ChangeStatus_job";
};
export type ChangeStatus_job$key = {
  readonly " $data"?: ChangeStatus_job$data;
  readonly " $fragmentSpreads": FragmentRefs<"ChangeStatus_job">;
};

const node: ReaderFragment = {
  "argumentDefinitions": [],
  "kind": "Fragment",
  "metadata": null,
  "name": "ChangeStatus_job",
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
      "name": "version",
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
  "type": "Job",
  "abstractKey": null
};

(node as any).hash = "c96ca5ab2c697de59ba140c280aded2e";

export default node;
