/**
 * @generated SignedSource<<a17dd3cbf13929d0c4315320280f1375>>
 * @relayHash 87da4280b72e31b6c165edc1c3d3ee8f
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

// @relayRequestID a88c1d497926c75e2f3f8d3a96addc850b35465bb3be3316b5e93fb315d66d53

import { ConcreteRequest } from 'relay-runtime';
export type CreatorFilterNameQuery$variables = {
  id: string;
};
export type CreatorFilterNameQuery$data = {
  readonly node: {
    readonly id?: string;
    readonly username?: string;
  } | null | undefined;
};
export type CreatorFilterNameQuery = {
  response: CreatorFilterNameQuery$data;
  variables: CreatorFilterNameQuery$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "id"
  }
],
v1 = [
  {
    "kind": "Variable",
    "name": "id",
    "variableName": "id"
  }
],
v2 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "id",
  "storageKey": null
},
v3 = {
  "alias": null,
  "args": null,
  "kind": "ScalarField",
  "name": "username",
  "storageKey": null
};
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "CreatorFilterNameQuery",
    "selections": [
      {
        "alias": null,
        "args": (v1/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "node",
        "plural": false,
        "selections": [
          {
            "kind": "InlineFragment",
            "selections": [
              (v2/*:: as any*/),
              (v3/*:: as any*/)
            ],
            "type": "User",
            "abstractKey": null
          }
        ],
        "storageKey": null
      }
    ],
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "CreatorFilterNameQuery",
    "selections": [
      {
        "alias": null,
        "args": (v1/*:: as any*/),
        "concreteType": null,
        "kind": "LinkedField",
        "name": "node",
        "plural": false,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "__typename",
            "storageKey": null
          },
          (v2/*:: as any*/),
          {
            "kind": "InlineFragment",
            "selections": [
              (v3/*:: as any*/)
            ],
            "type": "User",
            "abstractKey": null
          }
        ],
        "storageKey": null
      }
    ]
  },
  "params": {
    "id": "a88c1d497926c75e2f3f8d3a96addc850b35465bb3be3316b5e93fb315d66d53",
    "metadata": {},
    "name": "CreatorFilterNameQuery",
    "operationKind": "query",
    "text": null
  }
};
})();

(node as any).hash = "61840204b0c8d8f2c2af36187bda4ce7";

export default node;
