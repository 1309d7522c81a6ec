/**
 * @generated SignedSource<<e8600f74ec599f2116689e9eb472650a>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

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
  };
  readonly previous: {
    readonly edges: ReadonlyArray<{
      readonly cursor: string;
      readonly node: {
        readonly id: string;
        readonly name: string;
      };
    }>;
  };
};
export type neighboursQuery = {
  response: neighboursQuery$data;
  variables: neighboursQuery$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "cursor"
  },
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "filter"
  },
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "orderBy"
  }
],
v1 = {
  "kind": "Variable",
  "name": "filter",
  "variableName": "filter"
},
v2 = {
  "kind": "Variable",
  "name": "orderBy",
  "variableName": "orderBy"
},
v3 = [
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
  }
],
v4 = [
  {
    "alias": "previous",
    "args": [
      {
        "kind": "Variable",
        "name": "before",
        "variableName": "cursor"
      },
      (v1/*:: as any*/),
      {
        "kind": "Literal",
        "name": "last",
        "value": 1
      },
      (v2/*:: as any*/)
    ],
    "concreteType": "JobConnection",
    "kind": "LinkedField",
    "name": "jobs",
    "plural": false,
    "selections": (v3/*:: as any*/),
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
      (v1/*:: as any*/),
      {
        "kind": "Literal",
        "name": "first",
        "value": 1
      },
      (v2/*:: as any*/)
    ],
    "concreteType": "JobConnection",
    "kind": "LinkedField",
    "name": "jobs",
    "plural": false,
    "selections": (v3/*:: as any*/),
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "neighboursQuery",
    "selections": (v4/*:: as any*/),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "neighboursQuery",
    "selections": (v4/*:: as any*/)
  },
  "params": {
    "cacheID": "b8ae02defeedbef112c320eb7828180b",
    "id": null,
    "metadata": {},
    "name": "neighboursQuery",
    "operationKind": "query",
    "text": "query neighboursQuery(\n  $cursor: String!\n  $filter: JobFilter\n  $orderBy: JobOrder\n) {\n  previous: jobs(last: 1, before: $cursor, filter: $filter, orderBy: $orderBy) {\n    edges {\n      cursor\n      node {\n        id\n        name\n      }\n    }\n  }\n  next: jobs(first: 1, after: $cursor, filter: $filter, orderBy: $orderBy) {\n    edges {\n      cursor\n      node {\n        id\n        name\n      }\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "11f3d74d0513017626d667a815362a50";

export default node;
