/**
 * @generated SignedSource<<9db47d15bf14f19a6d39f4663bdbcf26>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ConcreteRequest } from 'relay-runtime';
export type LogOutInput = {
  refreshToken?: string | null | undefined;
};
export type operationsLogOutMutation$variables = {
  input: LogOutInput;
};
export type operationsLogOutMutation$data = {
  readonly logOut: {
    readonly __typename: string;
  };
};
export type operationsLogOutMutation = {
  response: operationsLogOutMutation$data;
  variables: operationsLogOutMutation$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "input"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "input",
        "variableName": "input"
      }
    ],
    "concreteType": null,
    "kind": "LinkedField",
    "name": "logOut",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "__typename",
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
    "name": "operationsLogOutMutation",
    "selections": (v1/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "operationsLogOutMutation",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "dc2d712a6f082fee916dd583e99bc08c",
    "id": null,
    "metadata": {},
    "name": "operationsLogOutMutation",
    "operationKind": "mutation",
    "text": "mutation operationsLogOutMutation(\n  $input: LogOutInput!\n) {\n  logOut(input: $input) {\n    __typename\n  }\n}\n"
  }
};
})();

(node as any).hash = "acabf2b5e40a0c8aaf115d7c66c37e53";

export default node;
