/**
 * @generated SignedSource<<e764bde8b51a81201b34f2c8056afcd7>>
 * @relayHash 68d85c7a4e2363a1d511adfaac62861e
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

// @relayRequestID b4d835346bcf256f0114679a7bf48a6e4a9ed37c27ffe06240be28e74be5fd9f

import { ConcreteRequest } from 'relay-runtime';
import { FragmentRefs } from "relay-runtime";
export type CountPrecision = "AT_LEAST" | "EXACT";
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
export type ListWatchQuery$variables = {
  filter?: JobFilter | null | undefined;
  ids: ReadonlyArray<string>;
  most: number;
  newestFirst: boolean;
  orderBy?: JobOrder | null | undefined;
  top?: string | null | undefined;
};
export type ListWatchQuery$data = {
  readonly jobCounts: ReadonlyArray<{
    readonly count: number;
    readonly state: JobState;
  }>;
  readonly matching: {
    readonly totalCount: {
      readonly precision: CountPrecision;
      readonly value: number;
    };
  };
  readonly newer?: {
    readonly edges: ReadonlyArray<{
      readonly node: {
        readonly id: string;
      };
    }>;
  };
  readonly nodes: ReadonlyArray<{
    readonly JobRow_job: {
      readonly " $fragmentSpreads": FragmentRefs<"JobRow_job">;
    } | null | undefined;
  } | null | undefined>;
};
export type ListWatchQuery = {
  response: ListWatchQuery$data;
  variables: ListWatchQuery$variables;
};

const node: ConcreteRequest = (function(){
var v0 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "filter"
},
v1 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "ids"
},
v2 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "most"
},
v3 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "newestFirst"
},
v4 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "orderBy"
},
v5 = {
  "defaultValue": null,
  "kind": "LocalArgument",
  "name": "top"
},
v6 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "state",
  "storageKey": null
},
v7 = {
  "alias": null,
  "args": null,
  "concreteType": "JobStateCount",
  "kind": "LinkedField",
  "name": "jobCounts",
  "plural": true,
  "selections": [
    (v6/*:: as any*/),
    {
      "alias": null,
      "args": null,
      "kind": "ScalarField",
      "name": "count",
      "storageKey": null
    }
  ],
  "storageKey": null
},
v8 = {
  "kind": "Variable",
  "name": "filter",
  "variableName": "filter"
},
v9 = {
  "kind": "Variable",
  "name": "orderBy",
  "variableName": "orderBy"
},
v10 = {
  "alias": "matching",
  "args": [
    (v8/*:: as any*/),
    {
      "kind": "Literal",
      "name": "first",
      "value": 1
    },
    (v9/*:: as any*/)
  ],
  "concreteType": "JobConnection",
  "kind": "LinkedField",
  "name": "jobs",
  "plural": false,
  "selections": [
    {
      "alias": null,
      "args": null,
      "concreteType": "Count",
      "kind": "LinkedField",
      "name": "totalCount",
      "plural": false,
      "selections": [
        {
          "alias": null,
          "args": null,
          "kind": "ScalarField",
          "name": "value",
          "storageKey": null
        },
        {
          "alias": null,
          "args": null,
          "kind": "ScalarField",
          "name": "precision",
          "storageKey": null
        }
      ],
      "storageKey": null
    }
  ],
  "storageKey": null
},
v11 = [
  {
    "kind": "Variable",
    "name": "ids",
    "variableName": "ids"
  }
],
v12 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "id",
  "storageKey": null
},
v13 = {
  "condition": "newestFirst",
  "kind": "Condition",
  "passingValue": true,
  "selections": [
    {
      "alias": "newer",
      "args": [
        {
          "kind": "Variable",
          "name": "before",
          "variableName": "top"
        },
        (v8/*:: as any*/),
        {
          "kind": "Variable",
          "name": "last",
          "variableName": "most"
        },
        (v9/*:: as any*/)
      ],
      "concreteType": "JobConnection",
      "kind": "LinkedField",
      "name": "jobs",
      "plural": false,
      "selections": [
        {
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
              "concreteType": "Job",
              "kind": "LinkedField",
              "name": "node",
              "plural": false,
              "selections": [
                (v12/*:: as any*/)
              ],
              "storageKey": null
            }
          ],
          "storageKey": null
        }
      ],
      "storageKey": null
    }
  ]
};
return {
  "fragment": {
    "argumentDefinitions": [
      (v0/*:: as any*/),
      (v1/*:: as any*/),
      (v2/*:: as any*/),
      (v3/*:: as any*/),
      (v4/*:: as any*/),
      (v5/*:: as any*/)
    ],
    "kind": "Fragment",
    "metadata": null,
    "name": "ListWatchQuery",
    "selections": [
      (v7/*:: as any*/),
      (v10/*:: as any*/),
      {
        "alias": null,
        "args": (v11/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "nodes",
        "plural": true,
        "selections": [
          {
            "fragment": {
              "kind": "InlineFragment",
              "selections": [
                {
                  "args": null,
                  "kind": "FragmentSpread",
                  "name": "JobRow_job"
                }
              ],
              "type": "Job",
              "abstractKey": null
            },
            "kind": "AliasedInlineFragmentSpread",
            "name": "JobRow_job"
          }
        ],
        "storageKey": null
      },
      (v13/*:: as any*/)
    ],
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [
      (v1/*:: as any*/),
      (v0/*:: as any*/),
      (v4/*:: as any*/),
      (v5/*:: as any*/),
      (v2/*:: as any*/),
      (v3/*:: as any*/)
    ],
    "kind": "Operation",
    "name": "ListWatchQuery",
    "selections": [
      (v7/*:: as any*/),
      (v10/*:: as any*/),
      {
        "alias": null,
        "args": (v11/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "nodes",
        "plural": true,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "__typename",
            "storageKey": null
          },
          (v12/*:: as any*/),
          {
            "kind": "InlineFragment",
            "selections": [
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "name",
                "storageKey": null
              },
              (v6/*:: as any*/),
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
                  },
                  (v12/*:: as any*/)
                ],
                "storageKey": null
              },
              {
                "alias": null,
                "args": null,
                "kind": "ScalarField",
                "name": "version",
                "storageKey": null
              }
            ],
            "type": "Job",
            "abstractKey": null
          }
        ],
        "storageKey": null
      },
      (v13/*:: as any*/)
    ]
  },
  "params": {
    "id": "b4d835346bcf256f0114679a7bf48a6e4a9ed37c27ffe06240be28e74be5fd9f",
    "metadata": {},
    "name": "ListWatchQuery",
    "operationKind": "query",
    "text": null
  }
};
})();

(node as any).hash = "4d65273cef73b71ebaf2c8b87bf4a789";

export default node;
