/**
 * @generated SignedSource<<22c4906570e6f52d5f0625757e07e86c>>
 * @relayHash 76aa3ecaf7f9022d479c5f3b2e452dd6
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

// @relayRequestID 595efbfeb742d3441fe2fe6727ef63f374a0dd1d0606f199c407197f9b52e736

import { ConcreteRequest } from 'relay-runtime';
export type AccountPickerQuery$variables = {
  beginning?: string | null | undefined;
  first: number;
};
export type AccountPickerQuery$data = {
  readonly users: ReadonlyArray<{
    readonly id: string;
    readonly username: string;
  }>;
};
export type AccountPickerQuery = {
  response: AccountPickerQuery$data;
  variables: AccountPickerQuery$variables;
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
    "name": "AccountPickerQuery",
    "selections": (v1/*:: as any*/),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "AccountPickerQuery",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "id": "595efbfeb742d3441fe2fe6727ef63f374a0dd1d0606f199c407197f9b52e736",
    "metadata": {},
    "name": "AccountPickerQuery",
    "operationKind": "query",
    "text": null
  }
};
})();

(node as any).hash = "4570c3f06f9112e100ffb57d4e01be8b";

export default node;
