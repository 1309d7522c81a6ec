/**
 * @generated SignedSource<<deb46a5cfb6b430e61d8c27a1795c32b>>
 * @relayHash 107993579d098b67719d67c9d655dce7
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

// @relayRequestID 9fdbb0d2b43a6441da98655d3b5275b563997a90307e7d569057ecd8ab39ca12

import { ConcreteRequest } from 'relay-runtime';
export type JobOrder = "CREATED_ASC" | "CREATED_DESC" | "STATE_CHANGED_ASC" | "STATE_CHANGED_DESC";
export type JobState = "CANCELLED" | "COMPLETED" | "FAILED" | "PENDING" | "RUNNING";
export type JobFilter = {
  createdAt?: TimeRange | null | undefined;
  createdBy?: string | null | undefined;
  nameContains?: string | null | undefined;
  nameStartsWith?: string | null | undefined;
  stateChangedAt?: TimeRange | null | undefined;
  states?: ReadonlyArray<JobState> | null | undefined;
};
export type TimeRange = {
  from?: string | null | undefined;
  to?: string | null | undefined;
};
export type neighboursQuery$variables = {
  cursor: string;
  filter?: JobFilter | null | undefined;
  orderBy?: JobOrder | null | undefined;
  steps: number;
};
export type neighboursQuery$data = {
  readonly next: {
    readonly edges: ReadonlyArray<{
      readonly cursor: string;
      readonly node: {
        readonly id: string;
        readonly name: string;
      };
    }>;
    readonly pageInfo: {
      readonly hasNextPage: boolean;
    };
  };
  readonly previous: {
    readonly edges: ReadonlyArray<{
      readonly cursor: string;
      readonly node: {
        readonly id: string;
        readonly name: string;
      };
    }>;
    readonly pageInfo: {
      readonly hasPreviousPage: boolean;
    };
  };
};
export type neighboursQuery = {
  response: neighboursQuery$data;
  variables: neighboursQuery$variables;
};

const node: ConcreteRequest = (function(){
var v0 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "cursor"
},
v1 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "filter"
},
v2 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "orderBy"
},
v3 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "steps"
},
v4 = {
  "kind": "Variable",
  "name": "filter",
  "variableName": "filter"
},
v5 = {
  "kind": "Variable",
  "name": "orderBy",
  "variableName": "orderBy"
},
v6 = {
  "alias": null,
  "args": null,
  "concreteType": "JobEdge",
  "kind": "LinkedField",
  "name": "edges",
  "plural": true,
  "selections": [
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "cursor",
      "storageKey": null
    },
    {
      "alias": null,
      "args": null,
      "concreteType": "Job",
      "kind": "LinkedField",
      "name": "node",
      "plural": false,
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
        }
      ],
      "storageKey": null
    }
  ],
  "storageKey": null
},
v7 = [
  {
    "alias": "previous",
    "args": [
      {
        "kind": "Variable",
        "name": "before",
        "variableName": "cursor"
      },
      (v4/*:: as any*/),
      {
        "kind": "Variable",
        "name": "last",
        "variableName": "steps"
      },
      (v5/*:: as any*/)
    ],
    "concreteType": "JobConnection",
    "kind": "LinkedField",
    "name": "jobs",
    "plural": false,
    "selections": [
      (v6/*:: as any*/),
      {
        "alias": null,
        "args": null,
        "concreteType": "PageInfo",
        "kind": "LinkedField",
        "name": "pageInfo",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "hasPreviousPage",
            "storageKey": null
          }
        ],
        "storageKey": null
      }
    ],
    "storageKey": null
  },
  {
    "alias": "next",
    "args": [
      {
        "kind": "Variable",
        "name": "after",
        "variableName": "cursor"
      },
      (v4/*:: as any*/),
      {
        "kind": "Variable",
        "name": "first",
        "variableName": "steps"
      },
      (v5/*:: as any*/)
    ],
    "concreteType": "JobConnection",
    "kind": "LinkedField",
    "name": "jobs",
    "plural": false,
    "selections": [
      (v6/*:: as any*/),
      {
        "alias": null,
        "args": null,
        "concreteType": "PageInfo",
        "kind": "LinkedField",
        "name": "pageInfo",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "hasNextPage",
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
    "argumentDefinitions": [
      (v0/*:: as any*/),
      (v1/*:: as any*/),
      (v2/*:: as any*/),
      (v3/*:: as any*/)
    ],
    "kind": "Fragment",
    "metadata": null,
    "name": "neighboursQuery",
    "selections": (v7/*:: as any*/),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [
      (v0/*:: as any*/),
      (v3/*:: as any*/),
      (v1/*:: as any*/),
      (v2/*:: as any*/)
    ],
    "kind": "Operation",
    "name": "neighboursQuery",
    "selections": (v7/*:: as any*/)
  },
  "params": {
    "id": "9fdbb0d2b43a6441da98655d3b5275b563997a90307e7d569057ecd8ab39ca12",
    "metadata": {},
    "name": "neighboursQuery",
    "operationKind": "query",
    "text": null
  }
};
})();

(node as any).hash = "99c89cf50fe82a39a625cb09eb4f9387";

export default node;
