/**
 * @generated SignedSource<<479ebff4f9583fea2829a6bec7e4c8cd>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ReaderFragment } from 'relay-runtime';
export type JobState = "CANCELLED" | "COMPLETED" | "FAILED" | "PENDING" | "RUNNING";
import { FragmentRefs } from "relay-runtime";
export type TimelineEntry_status$data = {
  readonly createdAt: string;
  readonly message: string | null | undefined;
  readonly previousState: JobState | null | undefined;
  readonly setBy: {
    readonly username: string;
  } | null | undefined;
  readonly setByToken: {
    readonly name: string;
  } | null | undefined;
  readonly state: JobState;
  readonly " $fragmentType": "TimelineEntry_status";
};
export type TimelineEntry_status$key = {
  readonly " $data"?: TimelineEntry_status$data;
  readonly " $fragmentSpreads": FragmentRefs<"TimelineEntry_status">;
};

const node: ReaderFragment = {
  "argumentDefinitions": [],
  "kind": "Fragment",
  "metadata": null,
  "name": "TimelineEntry_status",
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
      "name": "previousState",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "message",
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
      "concreteType": "User",
      "kind": "LinkedField",
      "name": "setBy",
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
      "alias": null,
      "args": null,
      "concreteType": "ApiTokenReference",
      "kind": "LinkedField",
      "name": "setByToken",
      "plural": false,
      "selections": [
        {
          "alias": null,
          "args": null,
          "kind": "ScalarField",
          "name": "name",
          "storageKey": null
        }
      ],
      "storageKey": null
    }
  ],
  "type": "JobStatus",
  "abstractKey": null
};

(node as any).hash = "d3b50a7a3809a8892e5c2f463ab7231a";

export default node;
