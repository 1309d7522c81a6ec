/**
 * @generated SignedSource<<c5a68144efded033b7d47835b2a4a88c>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ConcreteRequest } from 'relay-runtime';
export type CreatorFilterUsersQuery$variables = {
  beginning?: string | null | undefined;
  first: number;
};
export type CreatorFilterUsersQuery$data = {
  readonly users: ReadonlyArray<{
    readonly id: string;
    readonly username: string;
  }>;
};
export type CreatorFilterUsersQuery = {
  response: CreatorFilterUsersQuery$data;
  variables: CreatorFilterUsersQuery$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "beginning"
  },
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "first"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "first",
        "variableName": "first"
      },
      {
        "kind": "Variable",
        "name": "usernameStartsWith",
        "variableName": "beginning"
      }
    ],
    "concreteType": "User",
    "kind": "LinkedField",
    "name": "users",
    "plural": true,
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
        "name": "username",
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
    "name": "CreatorFilterUsersQuery",
    "selections": (v1/*:: as any*/),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "CreatorFilterUsersQuery",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "f662ccabc0ba5aefcad054ce65339da8",
    "id": null,
    "metadata": {},
    "name": "CreatorFilterUsersQuery",
    "operationKind": "query",
    "text": "query CreatorFilterUsersQuery(\n  $beginning: String\n  $first: Int!\n) {\n  users(usernameStartsWith: $beginning, first: $first) {\n    id\n    username\n  }\n}\n"
  }
};
})();

(node as any).hash = "2ea3d0225c22eb07dc8b9b58b2842fd1";

export default node;
