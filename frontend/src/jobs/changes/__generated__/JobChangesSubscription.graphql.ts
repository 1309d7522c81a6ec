/**
 * @generated SignedSource<<6a4c62f8a30f55273f916291ea8c283c>>
 * @relayHash b0c2fbaae8ee3d37d9b0b1eece57e643
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

// @relayRequestID cbb588db6ec0f62c78c3a6382a83c7290f1ae07351fe05ec3c5d00533a050909

import { ConcreteRequest } from 'relay-runtime';
export type JobState = "CANCELLED" | "COMPLETED" | "FAILED" | "PENDING" | "RUNNING";
export type JobChangesSubscription$variables = {
  after?: string | null | undefined;
};
export type JobChangesSubscription$data = {
  readonly jobStatuses: {
    readonly node: {
      readonly id: string;
      readonly job: {
        readonly allowedTransitions: ReadonlyArray<JobState>;
        readonly finishedAt: string | null | undefined;
        readonly id: string;
        readonly startedAt: string | null | undefined;
        readonly state: JobState;
        readonly stateChangedAt: string;
        readonly version: number;
      };
      readonly setBy: {
        readonly id: string;
        readonly username: string;
      } | null | undefined;
      readonly state: JobState;
    };
  };
};
export type JobChangesSubscription = {
  response: JobChangesSubscription$data;
  variables: JobChangesSubscription$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "after"
  }
],
v1 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "id",
  "storageKey": null
},
v2 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "state",
  "storageKey": null
},
v3 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "after",
        "variableName": "after"
      }
    ],
    "concreteType": "JobStatusEdge",
    "kind": "LinkedField",
    "name": "jobStatuses",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "concreteType": "JobStatus",
        "kind": "LinkedField",
        "name": "node",
        "plural": false,
        "selections": [
          (v1/*:: as any*/),
          (v2/*:: as any*/),
          {
            "alias": null,
            "args": null,
            "concreteType": "User",
            "kind": "LinkedField",
            "name": "setBy",
            "plural": false,
            "selections": [
              (v1/*:: as any*/),
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
            "concreteType": "Job",
            "kind": "LinkedField",
            "name": "job",
            "plural": false,
            "selections": [
              (v1/*:: as any*/),
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "version",
                "storageKey": null
              },
              (v2/*:: as any*/),
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
              }
            ],
            "storageKey": null
          }
        ],
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "JobChangesSubscription",
    "selections": (v3/*:: as any*/),
    "type": "Subscription",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "JobChangesSubscription",
    "selections": (v3/*:: as any*/)
  },
  "params": {
    "id": "cbb588db6ec0f62c78c3a6382a83c7290f1ae07351fe05ec3c5d00533a050909",
    "metadata": {},
    "name": "JobChangesSubscription",
    "operationKind": "subscription",
    "text": null
  }
};
})();

(node as any).hash = "daac024b4b65a6d34c6d12a0f60e6734";

export default node;
