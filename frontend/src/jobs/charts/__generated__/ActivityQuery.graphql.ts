/**
 * @generated SignedSource<<54d599aea0d3d3731d081f232d28452c>>
 * @relayHash a5387e09aa3baba3474c6d40532b64a8
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

// @relayRequestID f7b5ed4e2266ec67b1d3fbe9ce8d96dfc6d114e051b92a4490fbe35a344bd251

import { ConcreteRequest } from 'relay-runtime';
export type JobState = "CANCELLED" | "COMPLETED" | "FAILED" | "PENDING" | "RUNNING";
export type ActivityQuery$variables = {
  buckets: number;
  from: string;
  to: string;
};
export type ActivityQuery$data = {
  readonly jobActivity: ReadonlyArray<{
    readonly entered: ReadonlyArray<{
      readonly count: number;
      readonly state: JobState;
    }>;
    readonly from: string;
    readonly to: string;
  }>;
  readonly lifecycle: ReadonlyArray<{
    readonly isFinished: boolean;
    readonly state: JobState;
  }>;
};
export type ActivityQuery = {
  response: ActivityQuery$data;
  variables: ActivityQuery$variables;
};

const node: ConcreteRequest = (function(){
var v0 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "buckets"
},
v1 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "from"
},
v2 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "to"
},
v3 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "state",
  "storageKey": null
},
v4 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "buckets",
        "variableName": "buckets"
      },
      {
        "fields": [
          {
            "kind": "Variable",
            "name": "from",
            "variableName": "from"
          },
          {
            "kind": "Variable",
            "name": "to",
            "variableName": "to"
          }
        ],
        "kind": "ObjectValue",
        "name": "range"
      }
    ],
    "concreteType": "JobActivityBucket",
    "kind": "LinkedField",
    "name": "jobActivity",
    "plural": true,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "from",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "to",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "concreteType": "JobStateCount",
        "kind": "LinkedField",
        "name": "entered",
        "plural": true,
        "selections": [
          (v3/*:: as any*/),
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "count",
            "storageKey": null
          }
        ],
        "storageKey": null
      }
    ],
    "storageKey": null
  },
  {
    "alias": null,
    "args": null,
    "concreteType": "JobStateInfo",
    "kind": "LinkedField",
    "name": "lifecycle",
    "plural": true,
    "selections": [
      (v3/*:: as any*/),
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "isFinished",
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": [
      (v0/*:: as any*/),
      (v1/*:: as any*/),
      (v2/*:: as any*/)
    ],
    "kind": "Fragment",
    "metadata": null,
    "name": "ActivityQuery",
    "selections": (v4/*:: as any*/),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [
      (v1/*:: as any*/),
      (v2/*:: as any*/),
      (v0/*:: as any*/)
    ],
    "kind": "Operation",
    "name": "ActivityQuery",
    "selections": (v4/*:: as any*/)
  },
  "params": {
    "id": "f7b5ed4e2266ec67b1d3fbe9ce8d96dfc6d114e051b92a4490fbe35a344bd251",
    "metadata": {},
    "name": "ActivityQuery",
    "operationKind": "query",
    "text": null
  }
};
})();

(node as any).hash = "b99203018a9b8eca89b76b20bed02716";

export default node;
