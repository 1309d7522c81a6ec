/**
 * @generated SignedSource<<4b27f1424d75bab9f854e16e3334174c>>
 * @relayHash dc2d712a6f082fee916dd583e99bc08c
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

// @relayRequestID 2172a45ff6d5f274dc877d6e56cd7bb64b3e4020948017cc31cbdd5b369c4457

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
    "id": "2172a45ff6d5f274dc877d6e56cd7bb64b3e4020948017cc31cbdd5b369c4457",
    "metadata": {},
    "name": "operationsLogOutMutation",
    "operationKind": "mutation",
    "text": null
  }
};
})();

(node as any).hash = "acabf2b5e40a0c8aaf115d7c66c37e53";

export default node;
